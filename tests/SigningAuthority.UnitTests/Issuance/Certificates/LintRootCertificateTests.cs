using System.Security.Cryptography;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Certificates.Lint;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Keys;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Certificates;

/// <summary>What is found in a root before its own key signs it.</summary>
public sealed class LintRootCertificateTests
{
    private const string Ski = "2.5.29.14",
        KeyUsage = "2.5.29.15",
        Constraints = "2.5.29.19",
        Aki = "2.5.29.35";

    private static readonly DateTimeOffset Now = SamplePlans.Now;

    /// <summary>In either form of time, and across the change from the one to the other.</summary>
    [Theory]
    [InlineData(2026)]
    [InlineData(2035)]
    [InlineData(2050)]
    public void Nothing_is_found_in_any_root_that_the_configuration_describes(int year)
    {
        var roots = ShippedPolicy.Configuration.Authorities.Where(authority => authority.Purpose != AuthorityPurpose.LogKey).ToList();

        Assert.NotEmpty(roots);
        Assert.All(
            roots,
            root =>
            {
                var notBefore = new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero);
                var expected = Expected(root, notBefore, notBefore + root.ValidityYears * TimeSpan.FromDays(365.25));
                Assert.Empty(LintRootCertificate.Find(Encode(expected), expected));
            }
        );
    }

    [Fact]
    public void Each_changed_part_is_found_by_its_name()
    {
        var expected = Expected(Sipura, Now, Now.AddYears(20));
        var other = Asn.Name(("2.5.4.3", "Linksys CA"));
        var changes = new (string Code, Action<TbsTree> Change)[]
        {
            ("root-malformed", tbs => tbs.Tail = Asn.Null),
            ("root-malformed", tbs => tbs.Fields[TbsTree.SerialNumber] = Asn.RawInteger([0, .. SamplePlans.Serial.ToBytes()])),
            ("root-version", tbs => tbs.Fields[TbsTree.Version] = Asn.Tagged(0xA0, Asn.Integer(1))),
            ("root-serial-number", tbs => tbs.Fields[TbsTree.SerialNumber] = Asn.Integer(1)),
            ("root-serial-number", tbs => tbs.Fields[TbsTree.SerialNumber] = Asn.Integer(long.MinValue)),
            ("root-serial-number", tbs => tbs.Fields[TbsTree.SerialNumber] = Asn.RawInteger([0x80, .. new byte[15]])),
            ("root-serial-number", tbs => tbs.Fields[TbsTree.SerialNumber] = Asn.RawInteger([0x40, .. new byte[20]])),
            ("root-signature-algorithm", tbs => tbs.Fields[TbsTree.Signature] = Asn.Sequence(Asn.Oid("1.2.840.113549.1.1.5"), Asn.Null)),
            ("root-signature-algorithm", tbs => tbs.Fields[TbsTree.Signature] = Asn.Sequence(Asn.Oid("1.2.840.113549.1.1.11"))),
            ("root-issuer", tbs => tbs.Fields[TbsTree.Issuer] = other),
            ("root-subject", tbs => tbs.Fields[TbsTree.Subject] = other),
            ("root-not-self-issued", tbs => tbs.Fields[TbsTree.Issuer] = other),
            ("root-not-self-issued", tbs => tbs.Fields[TbsTree.Subject] = other),
            ("root-subject-empty", tbs => tbs.Fields[TbsTree.Subject] = Asn.Sequence()),
            ("root-subject-attribute", tbs => tbs.Fields[TbsTree.Subject] = Asn.Name(("2.5.4.3", new string('x', 65)))),
            ("root-subject-attribute", tbs => tbs.Fields[TbsTree.Subject] = Asn.Name(("2.5.4.3", "Sipura\nCA"))),
            ("root-subject-key", tbs => tbs.Fields[TbsTree.PublicKey] = TestKeys.Provider.ExportSubjectPublicKeyInfo()),
            ("root-key", tbs => tbs.Fields[TbsTree.PublicKey] = TestKeys.Rsa3072.ExportSubjectPublicKeyInfo()),
            ("root-key", tbs => tbs.Fields[TbsTree.PublicKey] = TestKeys.Curve.ExportSubjectPublicKeyInfo()),
            ("root-key", tbs => tbs.Fields[TbsTree.PublicKey] = RsaKey(exponent: [1])),
            ("root-key", tbs => tbs.Fields[TbsTree.PublicKey] = RsaKey(exponent: [4])),
            ("root-key", tbs => tbs.Fields[TbsTree.PublicKey] = RsaKey(lastOfModulus: 0)),
            ("root-key", tbs => tbs.Fields[TbsTree.PublicKey] = RsaKey(parameters: [])),
            (
                "root-time-form",
                tbs => tbs.Fields[TbsTree.Validity] = Asn.Sequence(Asn.Tagged(0x18, "20261120120000Z"u8.ToArray()), Utc(Now.AddYears(20)))
            ),
            ("root-validity", tbs => tbs.Fields[TbsTree.Validity] = Asn.Sequence(Utc(Now.AddSeconds(-1)), Utc(Now.AddYears(20)))),
            ("root-validity", tbs => tbs.Fields[TbsTree.Validity] = Asn.Sequence(Utc(Now), Utc(Now.AddYears(20).AddSeconds(1)))),
            ("root-extension-twice", tbs => tbs.Extensions.Add(tbs.Extensions[0])),
            ("root-extension-foreign", tbs => tbs.Extensions.Add(("1.2.3.4", Asn.Extension("1.2.3.4", Asn.Null)))),
            ("root-basic-constraints", tbs => tbs.Drop(Constraints)),
            ("root-basic-constraints", tbs => tbs.FlipCritical(Constraints)),
            ("root-basic-constraints", tbs => tbs.SetExtension(Constraints, Asn.Sequence(), critical: true)),
            ("root-basic-constraints", tbs => tbs.SetExtension(Constraints, Asn.Sequence(Asn.True), critical: true)),
            ("root-basic-constraints", tbs => tbs.SetExtension(Constraints, Asn.Sequence(Asn.True, Asn.Integer(1)), critical: true)),
            ("root-key-usage", tbs => tbs.Drop(KeyUsage)),
            ("root-key-usage", tbs => tbs.FlipCritical(KeyUsage)),
            ("root-key-usage", tbs => tbs.SetExtension(KeyUsage, [0x03, 0x02, 0x01, 0x86], critical: true)),
            ("root-key-usage", tbs => tbs.SetExtension(KeyUsage, [0x03, 0x02, 0x02, 0x04], critical: true)),
            ("root-subject-key-identifier", tbs => tbs.Drop(Ski)),
            ("root-subject-key-identifier", tbs => tbs.FlipCritical(Ski)),
            ("root-subject-key-identifier", tbs => tbs.SetExtension(Ski, Asn.OctetString(new byte[20]))),
            ("root-authority-key-identifier", tbs => tbs.Drop(Aki)),
            ("root-authority-key-identifier", tbs => tbs.FlipCritical(Aki)),
            ("root-authority-key-identifier", tbs => tbs.SetExtension(Aki, Asn.Sequence(Asn.Tagged(0x80, new byte[20])))),
        };
        foreach (var (code, change) in changes)
        {
            var tbs = TbsTree.Parse(Encode(expected));
            change(tbs);
            Assert.Contains(code, LintRootCertificate.Find(tbs.Encode(), expected).Select(finding => finding.Code));
        }
    }

    [Fact]
    public void A_root_that_would_end_as_it_begins_is_found_although_it_is_what_was_confirmed()
    {
        var expected = Expected(Sipura, Now, Now);

        Assert.Equal(["root-validity"], LintRootCertificate.Find(Encode(expected), expected).Select(finding => finding.Code));
    }

    [Fact]
    public void Bytes_before_behind_and_missing_are_found()
    {
        var expected = Expected(Sipura, Now, Now.AddYears(20));
        var bytes = Encode(expected);

        foreach (
            var changed in (byte[][])
                [
                    [.. bytes, 0],
                    [0, .. bytes],
                    bytes[..^1],
                    [],
                ]
        )
            Assert.Equal("root-malformed", Assert.Single(LintRootCertificate.Find(changed, expected)).Code);
    }

    private static AuthorityDefinition Sipura => ShippedPolicy.Configuration.Authority("sipura");

    private static ExpectedRoot Expected(AuthorityDefinition root, DateTimeOffset notBefore, DateTimeOffset notAfter) =>
        new(root.SubjectName, KeyOf(root.KeyAlgorithm).ExportSubjectPublicKeyInfo(), root.KeyAlgorithm, notBefore, notAfter);

    private static RSA KeyOf(KeyAlgorithm algorithm) =>
        new[] { TestKeys.Authority, TestKeys.Rsa3072 }.First(key => key.KeySize == algorithm.SizeInBits);

    private static byte[] Encode(ExpectedRoot root) =>
        RootCertificate.EncodeToBeSigned(root.Subject, root.SubjectPublicKeyInfo, SamplePlans.Serial, root.NotBefore, root.NotAfter);

    /// <summary>The key of the tests' authority with one thing changed.</summary>
    private static byte[] RsaKey(byte[]? exponent = null, byte? lastOfModulus = null, byte[]? parameters = null)
    {
        var key = TestKeys.Authority.ExportParameters(includePrivateParameters: false);
        byte[] modulus = [.. key.Modulus![..^1], lastOfModulus ?? key.Modulus[^1]];
        return Asn.Sequence(
            Asn.Sequence(Asn.Oid("1.2.840.113549.1.1.1"), parameters ?? Asn.Null),
            Asn.BitString(Asn.Sequence(Asn.RawInteger([0, .. modulus]), Asn.RawInteger(exponent ?? key.Exponent!)))
        );
    }

    private static byte[] Utc(DateTimeOffset time) => Asn.Tagged(0x17, System.Text.Encoding.ASCII.GetBytes($"{time:yyMMddHHmmss}Z"));
}
