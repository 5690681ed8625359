using Org.BouncyCastle.Pkix;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Security.Certificates;
using Org.BouncyCastle.Utilities.Collections;
using Org.BouncyCastle.Utilities.Date;
using Org.BouncyCastle.X509;

namespace SigningAuthority.IntegrationTests.Verifiers;

/// <summary>BouncyCastle's path validation (RFC 5280 §6), with the purpose looked up by hand: its validator leaves that to the caller.</summary>
internal sealed class BouncyCastleVerifier : Verifier
{
    public override async Task<string?> FindFaultAsync(string leaf, string root, Use use)
    {
        try
        {
            var parser = new X509CertificateParser();
            var certificate = parser.ReadCertificate(await File.ReadAllBytesAsync(leaf));
            var parameters = new PkixParameters(
                new HashSet { new TrustAnchor(parser.ReadCertificate(await File.ReadAllBytesAsync(root)), null) }
            )
            {
                IsRevocationEnabled = false,
                Date = new DateTimeObject(DateTime.UtcNow + use.Later),
            };
            new PkixCertPathValidator().Validate(new PkixCertPath(new[] { certificate }), parameters);

            return certificate.GetExtendedKeyUsage().Contains(use.Purpose) ? null : "not for this purpose";
        }
        catch (Exception fault)
            when (fault is PkixCertPathValidatorException or CertificateException or GeneralSecurityException or IOException)
        {
            return fault.Message;
        }
    }
}
