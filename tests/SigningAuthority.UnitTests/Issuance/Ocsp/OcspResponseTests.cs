using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Ocsp;
using Org.BouncyCastle.X509;
using Org.BouncyCastle.X509.Extension;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Ocsp;
using Xunit;
using BouncyIdentifiers = Org.BouncyCastle.Asn1.Ocsp.OcspObjectIdentifiers;
using BouncyUnknown = Org.BouncyCastle.Ocsp.UnknownStatus;
using Status = SigningAuthority.Issuance.Ocsp.OcspResponseStatus;

namespace SigningAuthority.UnitTests.Issuance.Ocsp;

/// <summary>Responses of a delegated responder, as OpenSSL and BouncyCastle see them.</summary>
public sealed class OcspResponseTests : IDisposable
{
    private static readonly OcspCertificateStatus Good = new OcspCertificateStatus.Good();
    private static readonly OcspCertificateStatus Unknown = new OcspCertificateStatus.Unknown();

    private readonly OcspScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData(ObjectIdentifiers.Sha1, "-sha1")]
    [InlineData(ObjectIdentifiers.Sha256, "-sha256")]
    public void OpenSSL_takes_good_revoked_and_unknown_each_for_what_it_is(string hash, string option)
    {
        var serials = new[] { "good", "stolen", "held", "foreign" }.Select(_scene.MakeDevice).ToList();
        var revoked = new OcspCertificateStatus.Revoked(OcspScene.Now.AddHours(-2), RevocationReason.KeyCompromise);
        _scene.Save(
            "response.der",
            _scene.Respond(
                null,
                _scene.Answer(serials[0], Good, hash),
                _scene.Answer(serials[1], revoked, hash),
                _scene.Answer(serials[2], revoked with { Reason = RevocationReason.CertificateHold }, hash),
                _scene.Answer(serials[3], Unknown, hash)
            )
        );
        var said = _scene.OpenSslOcsp(
            $"-respin response.der -CAfile root.pem -issuer root.pem {option} -cert good.pem {option} -cert stolen.pem {option} -cert held.pem {option} -cert foreign.pem"
        );
        foreach (
            var line in new[]
            {
                "Response verify OK",
                "good.pem: good",
                "stolen.pem: revoked",
                "Reason: keyCompromise",
                "held.pem: revoked",
                "Reason: certificateHold",
                "foreign.pem: unknown",
            }
        )
            Assert.Contains(line, said);
    }

    [Fact]
    public void OpenSSL_finds_its_nonce_again_and_misses_another()
    {
        var serial = _scene.MakeDevice("leaf");
        _scene.OpenSslOcsp("-issuer root.pem -cert leaf.pem -nonce -reqout request.der");
        var nonce = OcspRequest.Read(_scene.Read("request.der")).Request!.Nonce!;
        // Without -no_nonce it would put another nonce into the request; with -cert it would not read that one at all.
        const string Check = "-no_nonce -reqin request.der -respin response.der -CAfile root.pem";
        _scene.Save("response.der", _scene.Respond(nonce, _scene.Answer(serial, Good)));
        var said = _scene.OpenSslOcsp(Check);
        Assert.Contains("Response verify OK", said);
        Assert.DoesNotContain("no nonce in response", said);

        _scene.Save("response.der", _scene.Respond([.. nonce.Reverse()], _scene.Answer(serial, Good)));
        Assert.Contains("Nonce Verify error", OpenSsl.RunInShell($"! openssl ocsp {Check} 2>&1", _scene.Folder));
    }

    [Fact]
    public void BouncyCastle_reads_and_verifies_what_was_planned()
    {
        var serial = CertificateSerialNumber.Draw();
        var at = OcspScene.Now.AddHours(-2);
        byte[] nonce = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
        var statuses = new[]
        {
            Good,
            Unknown,
            new OcspCertificateStatus.Revoked(at, RevocationReason.Unspecified),
            new OcspCertificateStatus.Revoked(at, RevocationReason.Superseded),
        };
        var response = new OcspResp(_scene.Respond(nonce, [.. statuses.Select(status => _scene.Answer(serial, status))]));
        Assert.Equal(OcspRespStatus.Successful, response.Status);
        var basic = (BasicOcspResp)response.GetResponseObject();
        var responder = new X509CertificateParser().ReadCertificate(_scene.Responder.Der);
        Assert.True(basic.Verify(responder.GetPublicKey()));
        Assert.Equal(responder, Assert.Single(basic.GetCerts()));
        Assert.Equal("1.2.840.113549.1.1.11", basic.SignatureAlgOid);
        Assert.Equal(new RespID(responder.GetPublicKey()), basic.ResponderId);
        Assert.Equal(OcspScene.Now.UtcDateTime, basic.ProducedAt);
        Assert.Equal(
            nonce,
            Asn1OctetString
                .GetInstance(X509ExtensionUtilities.FromExtensionValue(basic.GetExtensionValue(BouncyIdentifiers.PkixOcspNonce)))
                .GetOctets()
        );

        var issuer = new X509CertificateParser().ReadCertificate(_scene.Issuer.Der);
        var read = basic.Responses;
        Assert.All(read, single => Assert.True(single.GetCertID().MatchesIssuer(issuer)));
        Assert.All(read, single => Assert.Equal(serial.Hex, single.GetCertID().SerialNumber.ToString(16).ToUpperInvariant()));
        Assert.All(
            read,
            single =>
                Assert.Equal(
                    (OcspScene.Now.AddMinutes(-1).UtcDateTime, OcspScene.Now.AddHours(12).UtcDateTime),
                    (single.ThisUpdate, single.NextUpdate.Value)
                )
        );
        Assert.Null(read[0].GetCertStatus());
        Assert.IsType<BouncyUnknown>(read[1].GetCertStatus());
        Assert.Equal(
            (at.UtcDateTime, false),
            Assert.IsType<RevokedStatus>(read[2].GetCertStatus()) is var first ? (first.RevocationTime, first.HasRevocationReason) : default
        );
        Assert.Equal(
            (at.UtcDateTime, 4),
            Assert.IsType<RevokedStatus>(read[3].GetCertStatus()) is var second ? (second.RevocationTime, second.RevocationReason) : default
        );
    }

    [Theory]
    [InlineData(Status.MalformedRequest, "malformedrequest")]
    [InlineData(Status.InternalError, "internalerror")]
    [InlineData(Status.TryLater, "trylater")]
    [InlineData(Status.SigRequired, "sigrequired")]
    [InlineData(Status.Unauthorized, "unauthorized")]
    public void A_response_without_an_answer_says_its_status(Status status, string name)
    {
        var bytes = OcspResponse.Error(status);
        Assert.Equal((int)status, new OcspResp(bytes).Status);
        _scene.Save("response.der", bytes);
        Assert.Contains(
            $"Responder Error: {name} ({(int)status})",
            OpenSsl.RunInShell("openssl ocsp -respin response.der -noverify -resp_text 2>&1 || true", _scene.Folder)
        );
        Assert.Throws<ArgumentException>(() => OcspResponse.Error(Status.Successful));
    }

    /// <summary>RFC 6960 §4.2.2.2: another certificate of the same issuer is no responder's.</summary>
    [Fact]
    public void OpenSSL_takes_no_response_of_who_is_no_responder()
    {
        var serial = _scene.MakeDevice("leaf");
        var data = _scene.Data(null, _scene.Answer(serial, Good));
        var signature = TestKeys.Provider.SignData(
            data,
            System.Security.Cryptography.HashAlgorithmName.SHA256,
            System.Security.Cryptography.RSASignaturePadding.Pkcs1
        );
        var device = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(
            File.ReadAllText(Path.Combine(_scene.Folder, "leaf.pem"))
        );
        _scene.Save("response.der", OcspResponse.Assemble(data, signature, device.RawData));
        Assert.Contains(
            "missing ocspsigning usage",
            OpenSsl.RunInShell(
                "openssl ocsp -respin response.der -CAfile root.pem -issuer root.pem -cert leaf.pem 2>&1 || true",
                _scene.Folder
            )
        );
    }
}
