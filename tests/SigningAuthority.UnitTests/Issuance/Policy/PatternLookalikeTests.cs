using FsCheck;
using FsCheck.Fluent;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.UnitTests.Issuance.Configuration;
using SigningAuthority.UnitTests.Issuance.Requests;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Policy;

/// <summary>
/// Values of identities and of the policy are compared, never matched: one that means something in a shell, in SQL or in a regular
/// expression means itself here, or is refused.
/// </summary>
public sealed class PatternLookalikeTests
{
    private const string PolicyFile = "policies/policy.json";

    public static TheoryData<string> Patterns =>
        new(
            ".*",
            "*",
            "%",
            "_",
            "?",
            "[a-z]",
            "[a-z]*",
            "^.+$",
            "(.*)",
            "a|b",
            "SPA*",
            "SPA9_2",
            "SPA%",
            "SPA962|SPA504G",
            "SPA9[0-9]2",
            "\\d+"
        );

    [Theory]
    [InlineData(".*")]
    [InlineData("%")]
    [InlineData("_")]
    [InlineData("*.com")]
    [InlineData("[a-z].com")]
    [InlineData("%.callme.com")]
    [InlineData("_.callme.com")]
    [InlineData("callme.co?")]
    [InlineData("(callme|telco).com")]
    [InlineData("callme.com$")]
    public void A_pattern_is_no_name_and_can_not_be_registered(string text) => Assert.False(Fqdn.TryParse(text, out _));

    [Fact]
    public void The_dots_of_a_registered_name_stand_for_dots_alone() =>
        Prop.ForAll(
                Gen.Elements("abcxyz019-".ToCharArray()).SelectMany(_ => Gen.Choose(0, 2), (letter, dot) => (letter, dot)).ToArbitrary(),
                changed =>
                {
                    const string registered = "prov.sub.callme.com";
                    var at = registered
                        .Select((character, index) => (character, index))
                        .Where(x => x.character == '.')
                        .ElementAt(changed.dot)
                        .index;
                    var asked = registered[..at] + changed.letter + registered[(at + 1)..];
                    return !Fqdn.TryParse(asked, out var name)
                        || !new RegisteredName(Fqdn.Parse(registered), IncludeSubdomains: true).Covers(name);
                }
            )
            .QuickCheckThrowOnFailure();

    [Theory]
    [MemberData(nameof(Patterns))]
    public void A_device_that_reads_as_a_pattern_is_no_device(string pattern)
    {
        Assert.Equal(["device-unknown"], ShippedPolicy.Codes(ShippedPolicy.Policy.Decide(ShippedPolicy.Server(null, pattern))));
        Assert.Equal(["device-unknown"], ShippedPolicy.Codes(ShippedPolicy.Policy.Decide(ShippedPolicy.Server(null, "SPA962@" + pattern))));
        Assert.Equal(
            ["product-unknown"],
            ShippedPolicy.Codes(ShippedPolicy.Policy.Decide(ShippedPolicy.Device() with { Product = pattern }))
        );
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    public void A_serial_number_or_an_address_that_reads_as_a_pattern_is_refused(string pattern)
    {
        if (!pattern.All(character => char.IsAsciiLetterOrDigit(character) || character == '-'))
            Assert.Equal(
                ["serial-syntax"],
                ShippedPolicy.Codes(ShippedPolicy.Policy.Decide(ShippedPolicy.Device() with { Serial = pattern }))
            );
        Assert.Equal(["mac-syntax"], ShippedPolicy.Codes(ShippedPolicy.Policy.Decide(ShippedPolicy.Device() with { Mac = pattern })));
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    [InlineData("FM500F10000_")]
    [InlineData("FM500F10000.")]
    [InlineData("FM500F%")]
    [InlineData("FM500F.*")]
    public void A_reserved_value_that_reads_as_a_pattern_reserves_nothing_but_itself(string pattern)
    {
        var policy = new IssuancePolicy(
            ShippedPolicy.With(PolicyFile, "\"ciscogeneric\"", System.Text.Json.JsonSerializer.Serialize(pattern))
        );
        Assert.NotNull(policy.Decide(ShippedPolicy.Device()).Approved);
    }

    [Theory]
    [InlineData("\"000E08\"", "\"000E0.\"")]
    [InlineData("\"000E08\"", "\"000E0_\"")]
    [InlineData("\"000E08\"", "\"%\"")]
    [InlineData("\"SHA-256\"", "\"SHA-.*\"")]
    [InlineData("\"SHA-256\"", "\"%\"")]
    public void A_value_of_the_policy_that_must_be_exact_is_refused_as_a_pattern(string old, string pattern)
    {
        using var folder = new ConfigurationFolder();
        folder.Replace(PolicyFile, old, pattern);
        Assert.Throws<InvalidConfigurationException>(() => AuthorityConfiguration.Load(folder.Path));
    }

    [Theory]
    [InlineData("sprov.callme.*")]
    [InlineData("%.callme.com")]
    [InlineData("sprovXcallme.com")]
    [InlineData("*")]
    [InlineData(".*")]
    public void An_alternative_name_is_held_against_the_common_name_letter_by_letter(string name) =>
        Assert.Equal(
            ["san-foreign"],
            ShippedPolicy.Codes(
                ShippedPolicy.Policy.Decide(ShippedPolicy.Server(new RequestBuilder().WithExtensions(Asn.AlternativeName(2, name))))
            )
        );
}
