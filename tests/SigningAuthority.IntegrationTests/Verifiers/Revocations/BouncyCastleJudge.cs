using System.Collections;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Ocsp;
using Org.BouncyCastle.Pkix;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Security.Certificates;
using Org.BouncyCastle.Utilities.Collections;
using Org.BouncyCastle.Utilities.Date;
using Org.BouncyCastle.X509;
using Org.BouncyCastle.X509.Store;

namespace SigningAuthority.IntegrationTests.Verifiers.Revocations;

/// <summary>BouncyCastle's path validation with revocation enabled, and its OCSP classes with the checks that they leave to their caller.</summary>
internal sealed class BouncyCastleJudge : Judge
{
    private const int SkewMinutes = 1;

    public override Reading OfDeltas => Reading.Whole;

    public override Reading OfShards => Reading.Whole;

    public override bool GoesThroughCrosses => true;

    public override Task<string?> FindFaultAsync(Question question, params string[] lists) =>
        JudgeAsync(
            question,
            (certificate, anchor) =>
            {
                var cross = question.Through is { } file ? new X509CertificateParser().ReadCertificate(File.ReadAllBytes(file)) : null;
                var parameters = new PkixParameters(new HashSet { new TrustAnchor(anchor, null) })
                {
                    IsRevocationEnabled = true,
                    IsUseDeltasEnabled = cross is null && lists.Length > 1,
                    Date = new DateTimeObject(DateTime.UtcNow + question.Later),
                };
                var crls = lists.Select(list => new X509CrlParser().ReadCrl(File.ReadAllBytes(list))).ToList();
                parameters.AddStore(X509StoreFactory.Create("CRL/Collection", new X509CollectionStoreParameters(new ArrayList(crls))));
                // It looks for a list's issuer by name among these; on a path of two generations each certificate's own issuer is enough.
                ArrayList known = cross is null ? [certificate, anchor] : [certificate];
                parameters.AddStore(X509StoreFactory.Create("Certificate/Collection", new X509CollectionStoreParameters(known)));
                X509Certificate[] path = cross is null ? [certificate] : [certificate, cross];
                new PkixCertPathValidator().Validate(new PkixCertPath(path), parameters);
                return null;
            }
        );

    public override Task<string?> FindFaultByResponseAsync(Question question, string response) =>
        JudgeAsync(
            question,
            (certificate, issuer) =>
                FindFault(certificate, issuer, new OcspResp(File.ReadAllBytes(response)), DateTime.UtcNow + question.Later)
        );

    private static string? FindFault(X509Certificate certificate, X509Certificate issuer, OcspResp response, DateTime now)
    {
        if (response.Status != OcspRespStatus.Successful)
            return $"status {response.Status}";
        var basic = (BasicOcspResp)response.GetResponseObject();
        var responder = basic.GetCerts().Single();
        responder.Verify(issuer.GetPublicKey());
        responder.CheckValidity(now);
        if (!responder.GetExtendedKeyUsage().Contains(KeyPurposeID.IdKPOcspSigning.Id))
            return "the responder's certificate is not for OCSP";
        if (!basic.Verify(responder.GetPublicKey()))
            return "the signature is wrong";
        if (!basic.ResponderId.ToAsn1Object().Equals(new RespID(responder.GetPublicKey()).ToAsn1Object()))
            return "the response names another responder";

        var single = basic.Responses.SingleOrDefault(one =>
            one.GetCertID().SerialNumber.Equals(certificate.SerialNumber) && one.GetCertID().MatchesIssuer(issuer)
        );
        if (single is null)
            return "nothing is said of this certificate";
        if (single.ThisUpdate > now.AddMinutes(SkewMinutes) || single.NextUpdate?.Value < now)
            return "the response is not of today";
        return single.GetCertStatus() == CertificateStatus.Good ? null : single.GetCertStatus().ToString();
    }

    private static async Task<string?> JudgeAsync(Question question, Func<X509Certificate, X509Certificate, string?> find)
    {
        try
        {
            var parser = new X509CertificateParser();
            return find(
                parser.ReadCertificate(await File.ReadAllBytesAsync(question.Leaf)),
                parser.ReadCertificate(await File.ReadAllBytesAsync(question.Root))
            );
        }
        catch (Exception fault)
            when (fault
                    is PkixCertPathValidatorException
                        or CertificateException
                        or CrlException
                        or OcspException
                        or GeneralSecurityException
                        or IOException
            )
        {
            return fault.ToString();
        }
    }
}
