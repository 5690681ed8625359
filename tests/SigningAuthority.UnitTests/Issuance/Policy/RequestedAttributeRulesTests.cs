using System.Text;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.UnitTests.Issuance.Requests;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Policy;

public sealed class RequestedAttributeRulesTests
{
    [Theory]
    [InlineData("sprov.callme.com")]
    [InlineData("SPROV.callme.COM")]
    public void A_name_that_equals_the_common_name_is_accepted(string name) => AssertRefused([], Asn.AlternativeName(2, name));

    [Theory]
    [InlineData(2, "other.callme.com")]
    [InlineData(2, "callme.com")]
    [InlineData(2, "*.callme.com")]
    [InlineData(2, "sprov.callme.com.")]
    [InlineData(2, "sprov.callme.com\0.evil.org")]
    [InlineData(2, "")]
    [InlineData(1, "sprov.callme.com")]
    [InlineData(6, "sprov.callme.com")]
    [InlineData(6, "http://169.254.169.254/")]
    [InlineData(7, "\u000A\0\0\u0001")]
    [InlineData(0x20, "")]
    [InlineData(8, "\u002A\u0003")]
    public void Any_other_name_is_refused(int kind, string content) => AssertRefused(["san-foreign"], Asn.AlternativeName(kind, content));

    [Fact]
    public void Each_foreign_name_is_reported_the_equal_one_is_not()
    {
        var names = Asn.Extension("2.5.29.17", Asn.Sequence(Name("sprov.callme.com"), Name("a.evil.org"), Name("b.evil.org")));
        var violations = Decide(names).Violations;
        Assert.Equal(["DNS:a.evil.org", "DNS:b.evil.org"], violations.Select(violation => violation.Actual));
        Assert.All(violations, violation => Assert.Equal("DNS:sprov.callme.com", violation.Expected));
    }

    [Fact]
    public void A_second_extension_request_hides_nothing() =>
        Assert.Equal(
            ["san-foreign"],
            Codes(
                new RequestBuilder()
                    .WithExtensions(Asn.AlternativeName(2, "sprov.callme.com"))
                    .WithExtensions(Asn.AlternativeName(2, "evil.org"))
            )
        );

    [Fact]
    public void To_ask_for_an_authority_is_refused()
    {
        AssertRefused(["extension-ca"], Asn.Extension(ObjectIdentifiers.BasicConstraints, Asn.Sequence(Asn.True), critical: true));
        AssertRefused([], Asn.Extension(ObjectIdentifiers.BasicConstraints, Asn.Sequence(), critical: true));
        AssertRefused([], Asn.Extension(ObjectIdentifiers.BasicConstraints, Asn.Sequence([0x01, 0x01, 0x00])));
    }

    [Fact]
    public void An_extension_that_is_not_issued_is_refused() =>
        AssertRefused(["extension-not-accepted"], Asn.Extension("1.3.6.1.5.5.7.1.24", Asn.Sequence(Asn.Integer(5))));

    [Fact]
    public void What_tools_write_unasked_is_let_pass_and_never_copied()
    {
        var decision = Decide(
            Asn.Extension(ObjectIdentifiers.KeyUsage, [0x03, 0x02, 0x01, 0x06], critical: true),
            Asn.Extension(ObjectIdentifiers.ExtendedKeyUsage, Asn.Sequence(Asn.Oid("2.5.29.37.0")))
        );
        var plan = Assert.Single(decision.Approved!.Redeem());
        Assert.Equal(ShippedPolicy.Configuration.FindProfile("provisioning-server"), plan.Profile);
    }

    [Fact]
    public void A_device_gets_no_names_at_all() =>
        Assert.Equal(
            ["san-foreign"],
            ShippedPolicy.Codes(
                ShippedPolicy.Policy.Decide(
                    ShippedPolicy.Device(new RequestBuilder().WithExtensions(Asn.AlternativeName(2, "000E08ABCDEF")))
                )
            )
        );

    [Fact]
    public void A_challenge_password_is_refused_and_quoted_nowhere()
    {
        var violation = Assert.Single(
            ShippedPolicy.Policy.Decide(ShippedPolicy.Server(new RequestBuilder().WithChallengePassword("hunter2-hunter2"))).Violations
        );
        Assert.Equal("challenge-password", violation.Code);
        Assert.DoesNotContain("hunter2", violation.ToString());
    }

    private static byte[] Name(string name) => Asn.Tagged(0x82, Encoding.ASCII.GetBytes(name));

    private static PolicyDecision Decide(params byte[][] extensions) =>
        ShippedPolicy.Policy.Decide(ShippedPolicy.Server(new RequestBuilder().WithExtensions(extensions)));

    private static IReadOnlyList<string> Codes(RequestBuilder request) =>
        ShippedPolicy.Codes(ShippedPolicy.Policy.Decide(ShippedPolicy.Server(request)));

    private static void AssertRefused(string[] codes, params byte[][] extensions) =>
        Assert.Equal(codes, ShippedPolicy.Codes(Decide(extensions)));
}
