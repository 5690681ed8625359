using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.X509;
using Org.BouncyCastle.X509.Extension;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Profiles;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Certificates;

public sealed class PublicationAddressesTests
{
    [Theory]
    [InlineData("http://pki.example.com", "http://pki.example.com")]
    [InlineData("http://pki.example.com/", "http://pki.example.com")]
    [InlineData("http://127.0.0.1:8080/pki/", "http://127.0.0.1:8080/pki")]
    public void Each_thing_has_its_address(string text, string expected)
    {
        Assert.True(PublicationAddresses.TryParse(text, out var addresses, out _));
        Assert.Equal(
            [
                expected + "/ocsp/client",
                expected + "/aia/client.cer",
                expected + "/crl/client.crl",
                expected + "/crl/client/12.crl",
                expected + "/crl/client.delta.crl",
            ],
            new[]
            {
                addresses.Ocsp("client"),
                addresses.CaIssuers("client"),
                addresses.Crl("client", 0),
                addresses.Crl("client", 12),
                addresses.DeltaCrl("client"),
            }.Select(address => address.AbsoluteUri)
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => addresses.Crl("client", -1));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("pki.example.com")]
    [InlineData("/pki")]
    [InlineData("https://pki.example.com")]
    [InlineData("ldap://pki.example.com")]
    [InlineData("http://pki.example.com?x=1")]
    [InlineData("http://pki.example.com/#x")]
    [InlineData("http://user@pki.example.com")]
    public void What_certificates_can_not_name_is_refused(string? text)
    {
        Assert.False(PublicationAddresses.TryParse(text, out var addresses, out var defect));
        Assert.Null(addresses);
        Assert.NotEmpty(defect);
    }

    [Fact]
    public void The_shipped_profiles_name_all_addresses_but_where_nobody_would_ask()
    {
        foreach (var profile in SamplePlans.Profiles)
            Assert.Equal(
                profile is "service-tls" or "ocsp-responder" ? [] : [AddressKind.Ocsp, AddressKind.CaIssuers, AddressKind.Crl],
                ShippedPolicy.Configuration.FindProfile(profile)!.Addresses
            );
    }

    /// <summary>Old firmware isn't known to stand them: those generations' certificates are issued without.</summary>
    [Fact]
    public void Each_generation_has_the_addresses_that_its_devices_stand()
    {
        var facts = ShippedPolicy.Server(null, "SPA962", "PAP2", "SPA504G", "SPA504G@7.5.6");
        var plans = ShippedPolicy.Policy.Decide(facts).Approved!.Redeem();
        Assert.Equal(4, plans.Count);
        foreach (var plan in plans)
            Assert.Equal(plan.Authority.Id == "cisco-2k" ? 3 : 0, plan.Points.Count);
    }

    [Theory]
    [InlineData("cn-mac", "client")]
    [InlineData("station", "station")]
    public void BouncyCastle_reads_the_addresses(string profile, string authority)
    {
        var certificate = new X509CertificateParser().ReadCertificate(SamplePlans.Sign(SamplePlans.ToBeSigned(profile)));
        var point = Assert.Single(
            CrlDistPoint
                .GetInstance(X509ExtensionUtilities.FromExtensionValue(certificate.GetExtensionValue(X509Extensions.CrlDistributionPoints)))
                .GetDistributionPoints()
        );
        Assert.Null(point.Reasons);
        Assert.Null(point.CrlIssuer);
        Assert.Equal(
            $"6: http://pki.example.com:8080/pki/crl/{authority}/2.crl",
            Assert.Single(GeneralNames.GetInstance(point.DistributionPointName.Name).GetNames()).ToString()
        );
        var access = AuthorityInformationAccess
            .GetInstance(X509ExtensionUtilities.FromExtensionValue(certificate.GetExtensionValue(X509Extensions.AuthorityInfoAccess)))
            .GetAccessDescriptions();
        Assert.Equal(
            [
                $"1.3.6.1.5.5.7.48.1 6: http://pki.example.com:8080/pki/ocsp/{authority}",
                $"1.3.6.1.5.5.7.48.2 6: http://pki.example.com:8080/pki/aia/{authority}.cer",
            ],
            access.Select(description => $"{description.AccessMethod} {description.AccessLocation}")
        );
        Assert.DoesNotContain("2.5.29.31", certificate.GetCriticalExtensionOids().Cast<string>());
        Assert.DoesNotContain("1.3.6.1.5.5.7.1.1", certificate.GetCriticalExtensionOids().Cast<string>());
    }

    [Fact]
    public void A_certificate_can_carry_some_of_the_addresses()
    {
        foreach (
            AddressKind[] kinds in new AddressKind[][]
            {
                [],
                [AddressKind.Ocsp],
                [AddressKind.CaIssuers],
                [AddressKind.Crl],
                [AddressKind.CaIssuers, AddressKind.Crl],
            }
        )
        {
            var plan = SamplePlans.Plan("cn-mac") with { Points = kinds };
            Assert.Empty(SamplePlans.Lint(SamplePlans.Encode(plan), plan));
        }
    }

    [Fact]
    public void Addresses_that_the_plan_does_not_name_or_that_are_not_given_are_found()
    {
        CertificatePlan plan = SamplePlans.Plan("cn-mac");
        var points = SamplePlans.PointsOf(plan);
        AssertFound("address-unplanned", plan, CertificatePoints.None);
        AssertFound("address-unplanned", plan with { Points = [] }, points);
        AssertFound("address-scheme", plan, points with { Crl = new Uri("https://pki.example.com/crl/client.crl") });

        static void AssertFound(string code, CertificatePlan plan, CertificatePoints points) =>
            Assert.Contains(
                code,
                SigningAuthority
                    .Issuance.Certificates.Lint.LintToBeSigned.Find(
                        ToBeSignedCertificate.Encode(plan, SamplePlans.Issuer, points, SamplePlans.Serial, SamplePlans.Now),
                        plan,
                        SamplePlans.Issuer,
                        points
                    )
                    .Select(finding => finding.Code)
            );
    }
}
