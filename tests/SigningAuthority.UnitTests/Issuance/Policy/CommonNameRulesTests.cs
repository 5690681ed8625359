using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.UnitTests.Issuance.Requests;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Policy;

public sealed class CommonNameRulesTests
{
    /// <summary>A name and what is said of it; the registered suffixes are callme.com, telco.net and voice.com.</summary>
    public static TheoryData<string, string[]> Names =>
        new()
        {
            { "*.callme.com", ["common-name-wildcard"] },
            { "prov*.callme.com", ["common-name-wildcard"] },
            { "*", ["common-name-wildcard"] },
            { "192.0.2.1", ["common-name-ip-literal"] },
            { "192.0.2.1/mailto:admin@callme.com", ["common-name-ip-literal"] },
            { "2001:db8::1", ["common-name-ip-literal"] },
            { "[2001:db8::1]", ["common-name-ip-literal"] },
            { "::ffff:192.0.2.1", ["common-name-ip-literal"] },
            { "10.1", ["common-name-ip-literal"] },
            { "0x7f.0x1", ["common-name-ip-literal"] },
            { "xn--prv-sna.callme.com", ["common-name-punycode"] },
            { "sprov.XN--CALLME.com", ["common-name-punycode"] },
            { "pröv.callme.com", ["common-name-not-printable", "common-name-not-fqdn"] },
            { "sprov.callme.com/pröv", ["common-name-not-printable"] },
            { "sprov.callme.com/a\u0000b", ["common-name-not-printable"] },
            { "sprov.callme.com/a\nb", ["common-name-not-printable"] },
            { "sprov.callme.com\u0000.evil.org", ["common-name-not-printable", "common-name-not-fqdn"] },
            { "sprov.callme.com.", ["common-name-not-fqdn"] },
            { "sprov.callme.com./x", ["common-name-not-fqdn"] },
            { "sprov", ["common-name-not-fqdn"] },
            { "localhost/x.callme.com", ["common-name-not-fqdn"] },
            { "s_prov.callme.com", ["common-name-not-fqdn"] },
            { "-prov.callme.com", ["common-name-not-fqdn"] },
            { "prov-.callme.com", ["common-name-not-fqdn"] },
            { "sprov..callme.com", ["common-name-not-fqdn"] },
            { ".callme.com", ["common-name-not-fqdn"] },
            { " sprov.callme.com", ["common-name-not-fqdn"] },
            { "sprov.callme.com:443", ["common-name-not-fqdn"] },
            { "https://sprov.callme.com/", ["common-name-not-fqdn"] },
            { "/sprov.callme.com", ["common-name-not-fqdn"] },
            { "admin@callme.com", ["common-name-not-fqdn"] },
            { "sprov.callme.com\\@evil.org", ["common-name-not-fqdn"] },
            { new string('a', 64) + ".callme.com", ["common-name-too-long", "common-name-not-fqdn"] },
            { "sprov.callme.com/" + new string('x', 48), ["common-name-too-long"] },
            { "sprov.example.org", ["name-not-registered"] },
            { "evilcallme.com", ["name-not-registered"] },
            { "callme.com.evil.org", ["name-not-registered"] },
            { "evil.org/callme.com", ["name-not-registered"] },
            { "com", ["common-name-not-fqdn"] },
            // Letters of other scripts that print alike: Cyrillic, Greek, full width, a soft hyphen, a joiner.
            { "sprov.c\u0430llme.com", ["common-name-not-printable", "common-name-not-fqdn"] },
            { "spr\u03BFv.callme.com", ["common-name-not-printable", "common-name-not-fqdn"] },
            { "\uFF53prov.callme.com", ["common-name-not-printable", "common-name-not-fqdn"] },
            { "sprov\u3002callme.com", ["common-name-not-printable", "common-name-not-fqdn"] },
            { "sprov.call\u00ADme.com", ["common-name-not-printable", "common-name-not-fqdn"] },
            { "sprov.callme.com\u200B", ["common-name-not-printable", "common-name-not-fqdn"] },
            { "sprov.ca11me.com", ["name-not-registered"] },
            { "sprov.callrne.com", ["name-not-registered"] },
            { "_sprov.callme.com", ["common-name-not-fqdn"] },
            { new string('a', 64), ["common-name-not-fqdn"] },
            { "sprov.callme.com/a\u001B[31m", ["common-name-not-printable"] },
            { "sprov.callme.com/a\u007F", ["common-name-not-printable"] },
            { "sprov.callme.com/a\r\nX: y", ["common-name-not-printable"] },
            { "sprov.callme.com/a\u202Emoc.live", ["common-name-not-printable"] },
            { "sprov.callme.com/a\u0085b", ["common-name-not-printable"] },
        };

    [Theory]
    [InlineData("sprov.callme.com")]
    [InlineData("pv.telco.net/mailto:admin@telco.net")]
    [InlineData("prof.voice.com/info@voice.com")]
    public void The_names_of_the_guides_are_accepted(string name)
    {
        var plan = Assert.Single(Decide(name).Approved!.Redeem());
        Assert.Equal(name, Assert.Single(plan.Subject.Values(NameAttributeTypes.CommonName)));
        Assert.Equal([ServerCommonName.HostPart(name)], plan.DnsNames);
    }

    [Theory]
    [InlineData("callme.com")]
    [InlineData("SPROV.CallMe.COM")]
    [InlineData("a.b.c.d.callme.com/")]
    [InlineData("1.callme.com//*=+,\"")]
    [InlineData("sprov.callme.com/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    public void Other_names_of_the_grammar_are_accepted(string name) => Assert.NotNull(Decide(name).Approved);

    [Theory]
    [MemberData(nameof(Names))]
    public void Other_names_are_refused_for_what_is_wrong_with_them(string name, string[] codes) =>
        Assert.Equal(codes, ShippedPolicy.Codes(Decide(name)));

    [Fact]
    public void The_alternative_name_is_lower_case_and_the_common_name_verbatim()
    {
        var plan = Assert.Single(Decide("SProv.CallMe.com/Info").Approved!.Redeem());
        Assert.Equal(["sprov.callme.com"], plan.DnsNames);
        Assert.Equal("CN=SProv.CallMe.com/Info", plan.Subject.ToRfc4514());
    }

    [Fact]
    public void A_subject_without_a_common_name_is_refused() =>
        Assert.Equal(
            ["common-name-missing"],
            Codes(new RequestBuilder { Subject = [(NameAttributeTypes.Organization, "sprov.callme.com")] })
        );

    [Fact]
    public void An_empty_subject_is_refused() => Assert.Equal(["common-name-missing"], Codes(new RequestBuilder { Subject = [] }));

    [Fact]
    public void An_empty_common_name_is_refused() => Assert.Equal(["common-name-not-fqdn"], Codes(new RequestBuilder().WithCommonName("")));

    [Fact]
    public void Several_common_names_are_refused_even_when_they_are_equal()
    {
        Assert.Equal(
            ["common-name-several"],
            Codes(
                new RequestBuilder
                {
                    Subject = [(NameAttributeTypes.CommonName, "sprov.callme.com"), (NameAttributeTypes.CommonName, "sprov.callme.com")],
                }
            )
        );
        Assert.Equal(
            ["common-name-several", "name-not-registered"],
            Codes(
                new RequestBuilder
                {
                    Subject = [(NameAttributeTypes.CommonName, "sprov.callme.com"), (NameAttributeTypes.CommonName, "evil.org")],
                }
            )
        );
    }

    [Fact]
    public void Of_the_subject_nothing_but_the_common_name_gets_into_the_certificate()
    {
        var request = new RequestBuilder
        {
            Subject =
            [
                (NameAttributeTypes.Organization, "Telco, Inc."),
                (NameAttributeTypes.CommonName, "pv.telco.net"),
                (NameAttributeTypes.EmailAddress, "admin@telco.net"),
            ],
        };
        Assert.Equal(
            "CN=pv.telco.net",
            Assert.Single(ShippedPolicy.Policy.Decide(ShippedPolicy.Server(request)).Approved!.Redeem()).Subject.ToRfc4514()
        );
    }

    [Fact]
    public void An_exactly_registered_name_covers_nothing_below_it()
    {
        var facts = ShippedPolicy.Server() with { Names = [new RegisteredName(Fqdn.Parse("callme.com"), IncludeSubdomains: false)] };
        Assert.Equal(["name-not-registered"], ShippedPolicy.Codes(ShippedPolicy.Policy.Decide(facts)));
        Assert.NotNull(
            ShippedPolicy.Policy.Decide(facts with { Request = new RequestBuilder().WithCommonName("CALLME.com/x").Read() }).Approved
        );
    }

    [Fact]
    public void A_name_whose_proof_has_aged_out_covers_nothing_and_the_refusal_says_so()
    {
        var aged = new RegisteredName(Fqdn.Parse("callme.com"), IncludeSubdomains: true) { ProofEndedAt = DateTimeOffset.UnixEpoch };
        var facts = ShippedPolicy.Server() with { Names = [aged] };
        Assert.Equal(["name-proof-expired"], ShippedPolicy.Codes(ShippedPolicy.Policy.Decide(facts)));
        var other = facts with { Request = new RequestBuilder().WithCommonName("prov.telco.net").Read() };
        Assert.Equal(["name-not-registered"], ShippedPolicy.Codes(ShippedPolicy.Policy.Decide(other)));
        var registered = new RegisteredName(Fqdn.Parse("callme.com"), IncludeSubdomains: true);
        Assert.NotNull(ShippedPolicy.Policy.Decide(facts with { Names = [aged, registered] }).Approved);
    }

    [Fact]
    public void A_provider_without_names_gets_none_and_hears_of_no_other_provider()
    {
        var violation = Assert.Single(ShippedPolicy.Policy.Decide(ShippedPolicy.Server() with { Names = [] }).Violations);
        Assert.Equal(("name-not-registered", "a registered name (you have none yet)"), (violation.Code, violation.Expected));
    }

    [Fact]
    public void What_is_quoted_is_cut_and_has_no_control_characters()
    {
        var violations = ShippedPolicy
            .Policy.Decide(ShippedPolicy.Server(new RequestBuilder().WithCommonName("\u001B[31m" + new string('é', 300))))
            .Violations;
        Assert.NotEmpty(violations);
        Assert.All(violations, violation => Assert.DoesNotContain(violation.Actual, char.IsControl));
        Assert.All(violations, violation => Assert.True(violation.Actual.Length <= (128 * 6) + 1));
    }

    private static PolicyDecision Decide(string name) =>
        ShippedPolicy.Policy.Decide(ShippedPolicy.Server(new RequestBuilder().WithCommonName(name)));

    private static IReadOnlyList<string> Codes(RequestBuilder request) =>
        ShippedPolicy.Codes(ShippedPolicy.Policy.Decide(ShippedPolicy.Server(request)));
}
