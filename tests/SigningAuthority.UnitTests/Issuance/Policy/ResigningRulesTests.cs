using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.UnitTests.Issuance.Configuration;
using SigningAuthority.UnitTests.Issuance.Requests;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Policy;

/// <summary>What may be signed anew by a later generation of the client root: what was issued to the same unit for the same request, and is good.</summary>
public sealed class ResigningRulesTests
{
    private static readonly DateTimeOffset Day = NextClientRoot.Day;
    private static readonly IssuancePolicy Policy = new(NextClientRoot.Configuration());
    private static readonly CertificationRequest Request = new RequestBuilder().WithCommonName("SPA504G").Read();

    private static readonly AuthoritiesAt Now = new(
        new Dictionary<string, DateTimeOffset> { ["client"] = Day.AddDays(-1000), ["client-2"] = Day.AddDays(-90) },
        Day
    );

    private static readonly CertificateBefore Before = new(
        RequestKind.Device,
        "000E08ABCDEF",
        "FM500F100001",
        "SPA504G",
        1,
        Request.Sha256,
        "client",
        "cn-mac",
        Assert.Single(ShippedPolicy.Policy.Decide(ShippedPolicy.Device()).Approved!.Redeem()).Subject,
        Day.AddYears(5),
        IsRevoked: false
    );

    private static readonly ResigningFacts Facts = new(
        Request,
        Before.Mac,
        Before.Serial,
        Before.Product,
        Before.Issue,
        KeyHistory.Unknown,
        Now,
        ["client-2"],
        Before
    );

    [Fact]
    public void A_live_certificate_is_signed_anew_for_the_same_key_and_subject()
    {
        var plan = Assert.Single(Policy.Decide(Facts).Approved!.Redeem());
        Assert.Equal(("client-2", "cn-mac"), (plan.Authority.Id, plan.Profile.Id));
        Assert.Equal(Before.Subject.ToRfc4514(), plan.Subject.ToRfc4514());
        Assert.True(plan.SubjectPublicKeyInfo.Span.SequenceEqual(Request.Key.SubjectPublicKeyInfo.Span));
    }

    [Fact]
    public void What_was_signed_anew_before_is_signed_anew_again() =>
        Assert.Empty(Codes(Facts with { Before = Before with { Kind = RequestKind.ResignedDevice } }));

    [Fact]
    public void Nothing_else_is_signed_anew()
    {
        Assert.Equal(["resign-nothing-issued"], Codes(Facts with { Before = null }));
        Assert.Equal(["resign-nothing-issued"], Codes(Facts with { Before = Before with { Kind = RequestKind.Station } }));
        Assert.Equal(["resign-of-another-unit", "resign-subject-changed"], Codes(Facts with { Mac = "000E08ABCDEE" }));
        Assert.Equal(["resign-of-another-unit", "resign-subject-changed"], Codes(Facts with { Serial = "FM500F100002" }));
        Assert.Equal(["resign-of-another-unit"], Codes(Facts with { Issue = 2 }));
        Assert.Equal(["resign-of-another-request"], Codes(Facts with { Before = Before with { CsrSha256 = new byte[32] } }));
        Assert.Equal(["resign-revoked"], Codes(Facts with { Before = Before with { IsRevoked = true } }));
        Assert.Equal(["resign-expired"], Codes(Facts with { Before = Before with { NotAfter = Day.AddSeconds(-1) } }));
        Assert.Equal(["resign-profile-unknown", "order-profile-unknown"], Codes(Facts with { Before = Before with { Profile = "gone" } }));
        Assert.Equal(["resign-subject-changed"], Codes(Facts with { Before = Before with { Profile = "cn-mac-plain" } }));
    }

    [Fact]
    public void Only_a_later_generation_signs_anew_and_only_from_its_day_on()
    {
        Assert.Equal(["resign-not-later"], Codes(Facts with { Before = Before with { Authority = "client-2" } }));
        Assert.Contains("resign-not-later", Codes(Facts with { PromisedAuthorities = ["client"] }));
        Assert.Contains("resign-not-later", Codes(Facts with { PromisedAuthorities = ["sipura"] }));
        Assert.Equal(["authority-not-active-yet"], Codes(Facts with { AvailableAuthorities = Now with { Now = Day.AddSeconds(-1) } }));
    }

    private static IReadOnlyList<string> Codes(ResigningFacts facts) => ShippedPolicy.Codes(Policy.Decide(facts));
}
