using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Security;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.UnitTests.Issuance.Requests;
using Xunit;
using BouncyCertificate = Org.BouncyCastle.X509.X509Certificate;
using BouncyParser = Org.BouncyCastle.X509.X509CertificateParser;

namespace SigningAuthority.UnitTests.Issuance.Certificates;

/// <summary>Each profile's certificate, signed, as two other implementations see it.</summary>
public sealed class SignedCertificateTests
{
    public static TheoryData<string> Profiles => [.. SamplePlans.Profiles];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void The_platform_builds_the_chain_of_one_link(string profile)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(SamplePlans.Sign(SamplePlans.ToBeSigned(profile)));
        using var root = X509CertificateLoader.LoadCertificate(SamplePlans.Issuer.Der);
        using var chain = new X509Chain
        {
            ChainPolicy =
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                VerificationTime = SamplePlans.Now.UtcDateTime,
                DisableCertificateDownloads = true,
            },
        };
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(PurposeOf(SamplePlans.Plan(profile))));
        Assert.True(chain.Build(certificate), string.Join("; ", chain.ChainStatus.Select(status => status.StatusInformation)));
        Assert.Equal(2, chain.ChainElements.Count);
        Assert.Equal(SamplePlans.Serial.Hex, certificate.SerialNumber);
        Assert.False(certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void BouncyCastle_verifies_it_and_reads_what_was_planned(string profile)
    {
        var plan = SamplePlans.Plan(profile);
        var certificate = Parse(SamplePlans.Sign(SamplePlans.ToBeSigned(profile)));
        var root = Parse(SamplePlans.Issuer.Der);
        certificate.Verify(root.GetPublicKey());
        Assert.ThrowsAny<GeneralSecurityException>(() => certificate.Verify(DotNetUtilities.GetRsaPublicKey(TestKeys.Other)));

        Assert.Equal(3, certificate.Version);
        Assert.Equal("1.2.840.113549.1.1.11", certificate.SigAlgOid);
        Assert.Equal(plan.Subject.Der.ToArray(), certificate.SubjectDN.GetDerEncoded());
        Assert.Equal(root.SubjectDN, certificate.IssuerDN);
        Assert.Equal(-1, certificate.GetBasicConstraints());
        Assert.Equal([PurposeOf(plan)], certificate.GetExtendedKeyUsage().Cast<string>());
        Assert.Equal([true, false, profile is not ("station" or "ocsp-responder")], certificate.GetKeyUsage().Take(3));
        // BouncyCastle writes an address and an OCTET STRING as the hexadecimal of their octets.
        IEnumerable<string> hardware = plan.HardwareModuleName is { } name
            ?
            [
                $"[1.3.6.1.5.5.7.8.4, [0][{name.HwType}, #{Convert.ToHexStringLower(System.Text.Encoding.ASCII.GetBytes(name.HwSerialNum))}]]",
            ]
            : [];
        Assert.Equal(
            hardware
                .Concat(plan.DnsNames)
                .Concat(plan.Addresses.Select(address => "#" + Convert.ToHexStringLower(address.GetAddressBytes()))),
            NamesOf(certificate)
        );
    }

    [Fact]
    public void Assembling_keeps_the_signed_bytes_verbatim()
    {
        var toBeSigned = SamplePlans.ToBeSigned("cn-mac");
        var certificate = SamplePlans.Sign(toBeSigned);
        Assert.Equal(toBeSigned, SignedCertificate.ToBeSignedIn(certificate).ToArray());
        Assert.Equal(certificate, SamplePlans.Sign(toBeSigned));
        Assert.Equal(certificate, X509CertificateLoader.LoadCertificate(certificate).RawData);
        Assert.ThrowsAny<AsnContentException>(() => SignedCertificate.ToBeSignedIn(new byte[] { 0x05, 0x00 }));
    }

    [Fact]
    public void The_issuer_verifies_its_own_signatures_only()
    {
        var toBeSigned = SamplePlans.ToBeSigned("cn-mac");
        var signature = TestKeys.Authority.SignData(toBeSigned, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        Assert.True(SamplePlans.Issuer.Verifies(toBeSigned, signature));
        Assert.False(
            SamplePlans.Issuer.Verifies(
                toBeSigned,
                TestKeys.Other.SignData(toBeSigned, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            )
        );
        Assert.False(
            SamplePlans.Issuer.Verifies(
                toBeSigned,
                TestKeys.Authority.SignData(toBeSigned, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1)
            )
        );
        toBeSigned[^1] ^= 1;
        Assert.False(SamplePlans.Issuer.Verifies(toBeSigned, signature));
    }

    [Fact]
    public void A_root_may_sign_certificates_and_lists_and_no_other_authority()
    {
        var root = Parse(SamplePlans.Issuer.Der);
        root.Verify(root.GetPublicKey());
        Assert.Equal(0, root.GetBasicConstraints());
        Assert.Equal([5, 6], root.GetKeyUsage().Select((set, bit) => (set, bit)).Where(usage => usage.set).Select(usage => usage.bit));
        Assert.Equal(root.SubjectDN, root.IssuerDN);
        Assert.Equal(new[] { "2.5.29.15", "2.5.29.19" }, root.GetCriticalExtensionOids().Cast<string>().Order());
        using var certificate = X509CertificateLoader.LoadCertificate(SamplePlans.Issuer.Der);
        Assert.Equal("CN=Sipura CA, OU=Provisioning Server Root, O=SigningAuthority", certificate.Subject);
        Assert.Equal(SamplePlans.Issuer.KeyIdentifier, KeyIdentifiers.Of(TestKeys.Authority.ExportSubjectPublicKeyInfo()));
    }

    [Fact]
    public void The_key_identifier_is_the_hash_of_the_public_key_alone() =>
        Assert.Equal(
            SHA256.HashData(TestKeys.Provider.ExportRSAPublicKey())[..20],
            KeyIdentifiers.Of(TestKeys.Provider.ExportSubjectPublicKeyInfo())
        );

    [Fact]
    public void The_key_of_the_request_is_the_key_of_the_certificate()
    {
        var plan = Assert.Single(
            ShippedPolicy.Policy.Decide(ShippedPolicy.Server(new RequestBuilder { Key = TestKeys.Other })).Approved!.Redeem()
        );
        using var certificate = X509CertificateLoader.LoadCertificate(SamplePlans.Sign(SamplePlans.Encode(plan)));
        Assert.Equal(TestKeys.Other.ExportSubjectPublicKeyInfo(), certificate.PublicKey.ExportSubjectPublicKeyInfo());
    }

    private static string PurposeOf(SigningAuthority.Issuance.Policy.CertificatePlan plan) =>
        plan.Profile.For switch
        {
            RequestKind.ProvisioningServer or RequestKind.ServiceTls => "1.3.6.1.5.5.7.3.1",
            RequestKind.OcspResponder => "1.3.6.1.5.5.7.3.9",
            _ => "1.3.6.1.5.5.7.3.2",
        };

    private static BouncyCertificate Parse(byte[] der) => new BouncyParser().ReadCertificate(der);

    private static IEnumerable<string> NamesOf(BouncyCertificate certificate) =>
        certificate.GetSubjectAlternativeNames()?.Cast<System.Collections.IList>().Select(name => (string)name[1]!) ?? [];
}
