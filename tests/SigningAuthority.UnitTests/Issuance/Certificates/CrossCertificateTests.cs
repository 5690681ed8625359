using System.Security.Cryptography;
using Org.BouncyCastle.X509;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Certificates.Lint;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Certificates;

/// <summary>Two generations of one name; each vouches for the other's key (RFC 4210 §4.4).</summary>
public sealed class CrossCertificateTests : IDisposable
{
    private static readonly DateTimeOffset Now = SamplePlans.Now;
    private static readonly CertificatePoints Points = SamplePlans.Publication.PointsOf("client");

    private readonly string _folder = Directory.CreateTempSubdirectory("cross-").FullName;
    private readonly IssuerCertificate _old = SamplePlans.MakeRoot(Now.AddYears(-19), Now.AddYears(1));
    private readonly IssuerCertificate _new = MakeRoot(TestKeys.Other, SamplePlans.Issuer.Subject);

    public void Dispose()
    {
        _old.Dispose();
        _new.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Who knows the one root alone accepts a certificate of the other, in spite of the roots' pathLenConstraint 0.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_knows_one_generation_accepts_the_other(bool newWithOld)
    {
        var (known, other, knownKey, otherKey) = newWithOld
            ? (_old, _new, TestKeys.Authority, TestKeys.Other)
            : (_new, _old, TestKeys.Other, TestKeys.Authority);
        var leaf = Leaf(other);
        var cross = SignBy(knownKey, CrossOf(known, other));
        Write("known.pem", known.Der);
        Write("cross.pem", cross);
        Write("leaf.pem", SignBy(otherKey, leaf));

        Assert.Equal("leaf.pem: OK\n", OpenSsl.RunInShell(Verify("-untrusted cross.pem"), _folder));
        Assert.Contains("error", OpenSsl.RunInShell($"! {Verify("")} 2>&1", _folder));

        var read = new X509CertificateParser().ReadCertificate(cross);
        read.Verify(new X509CertificateParser().ReadCertificate(known.Der).GetPublicKey());
        Assert.Equal(read.SubjectDN, read.IssuerDN);
        Assert.Equal(0, read.GetBasicConstraints());
        new X509CertificateParser().ReadCertificate(SignBy(otherKey, leaf)).Verify(read.GetPublicKey());
    }

    [Fact]
    public void Generations_of_different_names_or_of_one_key_do_not_vouch_for_each_other()
    {
        using var renamed = MakeRoot(TestKeys.Other, ShippedPolicy.Configuration.Authority("linksys").SubjectName);
        Assert.Throws<ArgumentException>(() => CrossOf(_old, renamed));
        Assert.Throws<ArgumentException>(() => CrossOf(_old, _old));
    }

    [Fact]
    public void Nothing_is_found_in_what_the_builder_builds()
    {
        foreach (var points in (CertificatePoints[])[Points, CertificatePoints.None])
        {
            Assert.Empty(LintCrossCertificate.Find(CrossOf(_old, _new, points), _old, _new, points));
            Assert.Empty(LintCrossCertificate.Find(CrossOf(_new, _old, points), _new, _old, points));
        }
    }

    [Fact]
    public void It_says_where_its_issuer_tells_of_revocations()
    {
        Write("cross.pem", SignBy(TestKeys.Authority, CrossOf(_old, _new)));

        var text = OpenSsl.RunInShell(
            "openssl x509 -in cross.pem -noout -ext crlDistributionPoints,authorityInfoAccess,basicConstraints",
            _folder
        );

        Assert.Contains("URI:http://pki.example.com:8080/pki/crl/client.crl", text);
        Assert.Contains("OCSP - URI:http://pki.example.com:8080/pki/ocsp/client", text);
        Assert.Contains("CA Issuers - URI:http://pki.example.com:8080/pki/aia/client.cer", text);
        Assert.DoesNotContain(": critical", text.Replace("Basic Constraints: critical", ""));
    }

    [Fact]
    public void Addresses_that_are_not_those_of_its_issuer_are_found()
    {
        var secure = Points with { Crl = new Uri("https://pki.example.com/crl/client.crl") };
        var cases = new (string Code, CertificatePoints Said, CertificatePoints Right)[]
        {
            ("cross-crl-distribution-points", Points, CertificatePoints.None),
            ("cross-crl-distribution-points", CertificatePoints.None, Points),
            ("cross-crl-distribution-points", Points with { Crl = SamplePlans.Publication.Crl("client", 2) }, Points),
            ("cross-authority-information-access", Points, CertificatePoints.None),
            ("cross-authority-information-access", CertificatePoints.None, Points),
            ("cross-authority-information-access", Points with { Ocsp = SamplePlans.Publication.Ocsp("client-2") }, Points),
            ("cross-address-scheme", secure, secure),
        };
        foreach (var (code, said, right) in cases)
            Assert.Contains(code, LintCrossCertificate.Find(CrossOf(_old, _new, said), _old, _new, right).Select(finding => finding.Code));
    }

    [Fact]
    public void Each_changed_part_is_found_by_its_name()
    {
        const string Ski = "2.5.29.14",
            KeyUsage = "2.5.29.15",
            Constraints = "2.5.29.19",
            Aki = "2.5.29.35";
        var changes = new (string Code, Action<TbsTree> Change)[]
        {
            ("cross-malformed", tbs => tbs.Tail = Asn.Null),
            ("cross-version", tbs => tbs.Fields[TbsTree.Version] = Asn.Tagged(0xA0, Asn.Integer(1))),
            ("cross-serial-number", tbs => tbs.Fields[TbsTree.SerialNumber] = Asn.Integer(1)),
            ("cross-signature-algorithm", tbs => tbs.Fields[TbsTree.Signature] = Asn.Sequence(Asn.Oid("1.2.840.113549.1.1.5"), Asn.Null)),
            ("cross-issuer", tbs => tbs.Fields[TbsTree.Issuer] = Asn.Name(("2.5.4.3", "Linksys CA"))),
            ("cross-subject", tbs => tbs.Fields[TbsTree.Subject] = Asn.Name(("2.5.4.3", "Linksys CA"))),
            ("cross-not-self-issued", tbs => tbs.Fields[TbsTree.Subject] = Asn.Name(("2.5.4.3", "Linksys CA"))),
            ("cross-subject-key", tbs => tbs.Fields[TbsTree.PublicKey] = TestKeys.Provider.ExportSubjectPublicKeyInfo()),
            ("cross-self-signed", tbs => tbs.Fields[TbsTree.PublicKey] = _old.SubjectPublicKeyInfo),
            (
                "cross-time-form",
                tbs => tbs.Fields[TbsTree.Validity] = Asn.Sequence(Asn.Tagged(0x18, "20261120120000Z"u8.ToArray()), Utc(Now.AddDays(1)))
            ),
            ("cross-validity", tbs => tbs.Fields[TbsTree.Validity] = Asn.Sequence(Utc(Now), Utc(_old.NotAfter.AddSeconds(1)))),
            ("cross-validity", tbs => tbs.Fields[TbsTree.Validity] = Asn.Sequence(Utc(_old.NotBefore.AddSeconds(-1)), Utc(Now))),
            ("cross-validity", tbs => tbs.Fields[TbsTree.Validity] = Asn.Sequence(Utc(Now), Utc(Now))),
            ("cross-extension-twice", tbs => tbs.Extensions.Add(tbs.Extensions[0])),
            ("cross-extension-foreign", tbs => tbs.Extensions.Add(("1.2.3.4", Asn.Extension("1.2.3.4", Asn.Null)))),
            ("cross-basic-constraints", tbs => tbs.Drop(Constraints)),
            ("cross-basic-constraints", tbs => tbs.FlipCritical(Constraints)),
            ("cross-basic-constraints", tbs => tbs.SetExtension(Constraints, Asn.Sequence(Asn.True), critical: true)),
            ("cross-key-usage", tbs => tbs.FlipCritical(KeyUsage)),
            ("cross-key-usage", tbs => tbs.SetExtension(KeyUsage, [0x03, 0x02, 0x00, 0x86], critical: true)),
            ("cross-subject-key-identifier", tbs => tbs.SetExtension(Ski, Asn.OctetString(_old.KeyIdentifier))),
            ("cross-subject-key-identifier", tbs => tbs.Drop(Ski)),
            ("cross-authority-key-identifier", tbs => tbs.SetExtension(Aki, Asn.Sequence(Asn.Tagged(0x80, _new.KeyIdentifier)))),
            ("cross-authority-key-identifier", tbs => tbs.Drop(Aki)),
            ("cross-crl-distribution-points", tbs => tbs.FlipCritical("2.5.29.31")),
            ("cross-authority-information-access", tbs => tbs.FlipCritical("1.3.6.1.5.5.7.1.1")),
        };
        foreach (var (code, change) in changes)
        {
            var tbs = TbsTree.Parse(CrossOf(_old, _new));
            change(tbs);
            Assert.Contains(code, LintCrossCertificate.Find(tbs.Encode(), _old, _new, Points).Select(finding => finding.Code));
        }
    }

    private static byte[] CrossOf(IssuerCertificate issuer, IssuerCertificate subject, CertificatePoints? points = null) =>
        CrossCertificate.EncodeToBeSigned(issuer, subject, points ?? Points, SamplePlans.Serial, Now.AddHours(-1), Now.AddDays(300));

    private static byte[] Leaf(IssuerCertificate issuer) => SamplePlans.Encode(SamplePlans.Plan("cn-mac"), issuer);

    private static IssuerCertificate MakeRoot(RSA key, DistinguishedName subject) =>
        IssuerCertificate.Read(
            SignBy(
                key,
                RootCertificate.EncodeToBeSigned(
                    subject,
                    key.ExportSubjectPublicKeyInfo(),
                    CertificateSerialNumber.Draw(),
                    Now.AddDays(-30),
                    Now.AddYears(20)
                )
            )
        );

    private static byte[] SignBy(RSA key, byte[] toBeSigned) =>
        SignedCertificate.Assemble(toBeSigned, key.SignData(toBeSigned, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    private static byte[] Utc(DateTimeOffset time) => Asn.Tagged(0x17, System.Text.Encoding.ASCII.GetBytes($"{time:yyMMddHHmmss}Z"));

    private static string Verify(string options) =>
        $"openssl verify -x509_strict -attime {Now.ToUnixTimeSeconds()} -CAfile known.pem {options} leaf.pem";

    private void Write(string name, byte[] der) =>
        File.WriteAllText(Path.Combine(_folder, name), PemEncoding.WriteString("CERTIFICATE", der) + "\n");
}
