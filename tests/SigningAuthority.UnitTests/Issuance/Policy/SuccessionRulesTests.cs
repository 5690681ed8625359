using System.Security.Cryptography;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.UnitTests.Issuance.Requests;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Policy;

public sealed class SuccessionRulesTests
{
    private static readonly byte[] SameKey = SHA256.HashData(TestKeys.Provider.ExportSubjectPublicKeyInfo());

    private static readonly Predecessor Sprov = new(
        RequestState.Issued,
        "sprov.callme.com",
        new byte[32],
        ["sipura"],
        TimeSpan.FromDays(700)
    );

    [Theory]
    [InlineData(SuccessionKind.Renewal)]
    [InlineData(SuccessionKind.Replacement)]
    public void A_provider_follows_its_own_issued_request_with_a_new_key(SuccessionKind kind) => Assert.Empty(Codes(kind, Sprov));

    [Theory]
    [InlineData(SuccessionKind.Renewal)]
    [InlineData(SuccessionKind.Replacement)]
    public void A_request_that_the_provider_does_not_have_is_not_followed(SuccessionKind kind) =>
        Assert.Equal(["predecessor-unknown"], Codes(kind, null));

    [Theory]
    [InlineData(RequestState.Queued)]
    [InlineData(RequestState.Signing)]
    [InlineData(RequestState.AwaitingApproval)]
    [InlineData(RequestState.Refused)]
    [InlineData(RequestState.Withdrawn)]
    [InlineData(RequestState.Failed)]
    public void What_was_not_issued_is_not_followed(RequestState state) =>
        Assert.Equal(["predecessor-not-issued"], Codes(SuccessionKind.Renewal, Sprov with { State = state }));

    [Theory]
    [InlineData("pv.telco.net")]
    [InlineData("a.sprov.callme.com")]
    public void Another_server_is_not_followed(string fqdn) =>
        Assert.Equal(["renewal-other-name"], Codes(SuccessionKind.Renewal, Sprov with { Fqdn = fqdn }));

    [Fact]
    public void What_follows_the_slash_may_differ() =>
        Assert.Empty(Codes(SuccessionKind.Renewal, Sprov, new RequestBuilder().WithCommonName("SPROV.callme.com/noc@callme.com")));

    [Fact]
    public void A_renewal_keeps_its_key_where_the_policy_allows()
    {
        var kept = Sprov with { PublicKeySha256 = SameKey };
        Assert.Empty(Codes(SuccessionKind.Renewal, kept));

        var strict = ShippedPolicy.With("policies/policy.json", "\"sameKey\": \"Allow\"", "\"sameKey\": \"Refuse\"");
        var violation = Assert.Single(Decide(strict, SuccessionKind.Renewal, kept).Violations);
        Assert.Equal("renewal-same-key", violation.Code);
        Assert.Contains("openssl req -new", violation.Fix);
        Assert.Contains("renews=", violation.Fix);
        Assert.Empty(Decide(strict, SuccessionKind.Renewal, Sprov).Violations);
    }

    [Theory]
    [InlineData(1095, false)]
    [InlineData(1096, true)]
    public void A_key_is_not_kept_longer_than_the_policy_says(int days, bool isTooOld)
    {
        var kept = Sprov with { PublicKeySha256 = SameKey, KeyAge = TimeSpan.FromDays(days) };

        Assert.Equal(isTooOld ? ["renewal-key-too-old"] : Array.Empty<string>(), Codes(SuccessionKind.Renewal, kept));
        Assert.Empty(Codes(SuccessionKind.Renewal, kept with { PublicKeySha256 = new byte[32] }));
    }

    [Fact]
    public void A_replacement_never_keeps_the_key() =>
        Assert.Equal(["replacement-same-key"], Codes(SuccessionKind.Replacement, Sprov with { PublicKeySha256 = SameKey }));

    [Fact]
    public void A_replacement_leaves_no_generation_behind_and_a_renewal_may()
    {
        var both = Sprov with { Generations = ["sipura", "cisco-sb"] };
        var violation = Assert.Single(Decide(ShippedPolicy.Configuration, SuccessionKind.Replacement, both).Violations);
        Assert.Equal("replacement-drops-generation", violation.Code);
        Assert.Contains("cisco-sb", violation.Message);
        Assert.Empty(Codes(SuccessionKind.Renewal, both));
    }

    [Fact]
    public void A_key_whose_compromise_was_reported_is_never_certified_again()
    {
        var decision = ShippedPolicy.Policy.Decide(ShippedPolicy.Server() with { KeyReportedCompromised = true });

        Assert.Equal(["key-compromised"], ShippedPolicy.Codes(decision));
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once() =>
        Assert.Equal(
            ["predecessor-not-issued", "renewal-other-name", "replacement-same-key"],
            Codes(SuccessionKind.Replacement, Sprov with { State = RequestState.Failed, Fqdn = "pv.telco.net", PublicKeySha256 = SameKey })
        );

    private static IReadOnlyList<string> Codes(SuccessionKind kind, Predecessor? predecessor, RequestBuilder? request = null) =>
        ShippedPolicy.Codes(Decide(ShippedPolicy.Configuration, kind, predecessor, request));

    private static PolicyDecision Decide(
        AuthorityConfiguration configuration,
        SuccessionKind kind,
        Predecessor? predecessor,
        RequestBuilder? request = null
    ) =>
        new IssuancePolicy(configuration).Decide(
            ShippedPolicy.Server(request) with
            {
                Succession = new SuccessionFacts(kind, predecessor),
            }
        );
}
