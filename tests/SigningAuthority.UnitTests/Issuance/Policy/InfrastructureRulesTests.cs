using System.Net;
using SigningAuthority.UnitTests.Issuance.Requests;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Policy;

public sealed class InfrastructureRulesTests
{
    [Fact]
    public void A_station_is_named_in_its_subject()
    {
        var plan = Assert.Single(ShippedPolicy.Policy.Decide(ShippedPolicy.Station("line-1")).Approved!.Redeem());
        Assert.Equal(("station", "CN=line-1,OU=Station,O=SigningAuthority"), (plan.Authority.Id, plan.Subject.ToRfc4514()));
    }

    [Theory]
    [InlineData("Line-1")]
    [InlineData("line_1")]
    [InlineData("-line")]
    [InlineData("line 1")]
    [InlineData("")]
    [InlineData("a23456789012345678901234567890123")]
    public void A_station_with_another_kind_of_name_is_refused(string name) =>
        Assert.Equal(["station-name"], ShippedPolicy.Codes(ShippedPolicy.Policy.Decide(ShippedPolicy.Station(name))));

    [Theory]
    [InlineData("sipura", "CN=OCSP responder of Sipura CA,O=SigningAuthority")]
    [InlineData("station", "CN=OCSP responder of Station Authority,O=SigningAuthority")]
    public void A_responder_is_named_after_the_authority_that_signs_it(string authority, string subject)
    {
        var plan = Assert.Single(ShippedPolicy.Policy.Decide(ShippedPolicy.Responder(authority)).Approved!.Redeem());
        Assert.Equal((authority, subject), (plan.Authority.Id, plan.Subject.ToRfc4514()));
        Assert.Equal(("ocsp-responder", 0), (plan.Profile.Id, plan.Points.Count));
    }

    [Theory]
    [InlineData("log")]
    [InlineData("nobody")]
    [InlineData(null)]
    public void A_responder_of_no_authority_with_certificates_is_refused(string? authority) =>
        Assert.Equal(
            ["responder-authority"],
            ShippedPolicy.Codes(ShippedPolicy.Policy.Decide(ShippedPolicy.Responder() with { Authority = authority }))
        );

    [Fact]
    public void A_retired_authority_still_delegates_the_answering()
    {
        var policy = new SigningAuthority.Issuance.Policy.IssuancePolicy(
            ShippedPolicy.With("authorities/sipura.json", "\"keyLabel\": \"sipura\"", "\"keyLabel\": \"sipura\", \"retired\": true")
        );
        Assert.NotNull(policy.Decide(ShippedPolicy.Responder()).Approved);
        Assert.Equal(
            ["authority-not-available"],
            ShippedPolicy.Codes(policy.Decide(ShippedPolicy.Responder() with { AvailableAuthorities = ShippedPolicy.Available() }))
        );
    }

    [Fact]
    public void The_front_door_gets_the_names_and_addresses_that_its_operator_asks_for()
    {
        var plan = Assert.Single(ShippedPolicy.Policy.Decide(ShippedPolicy.Service()).Approved!.Redeem());
        Assert.Equal("service", plan.Authority.Id);
        Assert.Equal(["localhost"], plan.DnsNames);
        Assert.Equal([IPAddress.Loopback], plan.Addresses);
    }

    [Fact]
    public void A_front_door_without_names_is_refused()
    {
        Assert.Equal(["service-name"], Codes(new RequestBuilder().WithCommonName("localhost")));
        Assert.Equal(["service-name"], Codes(new RequestBuilder { Subject = [] }.WithExtensions(Asn.AlternativeName(2, "localhost"))));
    }

    [Theory]
    [InlineData(65, "service-name")]
    [InlineData(0, "service-name")]
    public void A_common_name_that_fits_no_subject_is_refused(int length, string code) =>
        Assert.Equal(
            [code],
            Codes(new RequestBuilder().WithCommonName(new string('a', length)).WithExtensions(Asn.AlternativeName(2, "localhost")))
        );

    [Theory]
    [InlineData(6, "https://localhost/")]
    [InlineData(1, "root@localhost")]
    [InlineData(7, "\u0001")]
    public void Names_of_other_kinds_are_refused(int kind, string content) =>
        Assert.Equal(
            ["san-foreign"],
            Codes(
                new RequestBuilder()
                    .WithCommonName("localhost")
                    .WithExtensions(Asn.AlternativeName(2, "localhost"), Asn.AlternativeName(kind, content))
            )
        );

    private static IReadOnlyList<string> Codes(RequestBuilder request) =>
        ShippedPolicy.Codes(ShippedPolicy.Policy.Decide(ShippedPolicy.Service(request)));
}
