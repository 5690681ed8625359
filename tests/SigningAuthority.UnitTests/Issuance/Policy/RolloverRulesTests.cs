using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Roots;
using SigningAuthority.UnitTests.Issuance.Configuration;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Policy;

/// <summary>Which generation signs, at the door (nothing promised) and at the key (something promised).</summary>
public sealed class RolloverRulesTests
{
    private static readonly DateTimeOffset Day = NextClientRoot.Day;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly IssuancePolicy Policy = new(NextClientRoot.Configuration());

    private static AuthoritiesAt At(DateTimeOffset now, int publishedDaysBefore = 90, DateTimeOffset? askedAt = null) =>
        new(
            new Dictionary<string, DateTimeOffset>
            {
                ["client"] = Day.AddDays(-1000),
                ["client-2"] = Day.AddDays(-publishedDaysBefore),
                ["sipura"] = Day.AddDays(-1000),
            },
            now
        )
        {
            AskedAt = askedAt,
        };

    private static PolicyDecision Decide(AuthoritiesAt available, params string[] promised) => Decide(Policy, available, promised);

    private static PolicyDecision Decide(IssuancePolicy policy, AuthoritiesAt available, string[] promised) =>
        policy.Decide(
            ShippedPolicy.Device() with
            {
                AvailableAuthorities = available,
                PromisedAuthorities = promised.Length == 0 ? null : promised,
                Draw = new Draw(ShippedPolicy.StandingOrder with { NotAfter = Day.AddYears(10) }, null, "line-1", available.Now),
            }
        );

    [Fact]
    public void At_the_door_a_device_gets_the_generation_of_the_moment()
    {
        Assert.Equal(["client"], Decide(At(Day - Second)).Approved!.Authorities);
        Assert.Equal(["client-2"], Decide(At(Day)).Approved!.Authorities);
        Assert.Equal(["client"], Decide(At(Day.AddDays(9), publishedDaysBefore: 80)).Approved!.Authorities);
    }

    /// <summary>Its ceremony was held long ago, and the log lane has not signed a manifest with it.</summary>
    [Theory]
    [InlineData(-1, "authority-not-active-yet")]
    [InlineData(365, "authority-not-published-long-enough")]
    public void A_generation_that_is_in_no_signed_manifest_signs_nothing_however_old_it_is(int daysLater, string code)
    {
        var configuration = NextClientRoot.Configuration();
        (string, DateTimeOffset)[] ceremonies =
        [
            ("client", Day.AddDays(-1000)),
            ("client-2", Day.AddDays(-1000)),
            ("sipura", Day.AddDays(-1000)),
        ];
        var unlisted = PublicationTimes.Of(configuration, ceremonies, new Dictionary<string, DateTimeOffset>());
        var available = unlisted.At(Day.AddDays(daysLater));

        Assert.True(available.Has("client-2"));
        Assert.Equal(["client"], Decide(available).Approved!.Authorities);
        Assert.Contains(Decide(available, "client-2").Violations, violation => violation.Code == code);

        var listed = new Dictionary<string, DateTimeOffset> { ["client-2"] = Day.AddDays(-80) };
        var published = PublicationTimes.Of(configuration, ceremonies, listed);
        Assert.Equal(["client"], Decide(published.At(Day.AddDays(10) - Second)).Approved!.Authorities);
        Assert.Equal(["client-2"], Decide(published.At(Day.AddDays(10))).Approved!.Authorities);
    }

    [Fact]
    public void At_the_key_the_next_generation_is_refused_one_second_early_and_used_on_time()
    {
        Assert.Equal(["authority-not-active-yet"], Codes(At(Day - Second), "client-2"));
        Assert.Equal(["authority-not-published-long-enough"], Codes(At(Day.AddDays(10) - Second, 80), "client-2"));
        Assert.Equal(["client-2"], Decide(At(Day), "client-2").Approved!.Authorities);
        Assert.Equal(["client-2"], Decide(At(Day.AddDays(10), 80), "client-2").Approved!.Authorities);
    }

    [Fact]
    public void What_was_asked_for_in_time_is_signed_by_the_generation_of_then_and_what_was_not_is_refused()
    {
        Assert.Equal(["client"], Decide(At(Day.AddDays(3), askedAt: Day - Second), "client").Approved!.Authorities);
        // The front door's clock may be some minutes behind the database's.
        Assert.Equal(["client"], Decide(At(Day.AddDays(3), askedAt: Day.AddMinutes(4)), "client").Approved!.Authorities);
        Assert.Equal(["authorities-changed"], Codes(At(Day.AddDays(3), askedAt: Day.AddMinutes(6)), "client"));
        Assert.Equal(["authorities-changed"], Codes(At(Day.AddDays(3)), "client"));
    }

    [Fact]
    public void A_retired_generation_signs_nothing_more_not_even_what_was_asked_for_in_time()
    {
        var policy = new IssuancePolicy(
            NextClientRoot.Configuration(folder =>
                folder.Replace("authorities/client.json", "\"keyLabel\"", "\"retired\": true, \"keyLabel\"")
            )
        );
        Assert.Equal(["authority-retired"], ShippedPolicy.Codes(Decide(policy, At(Day, askedAt: Day - Second), ["client"])));
        // Nothing can sign before the successor's day.
        Assert.Equal(["authority-retired"], ShippedPolicy.Codes(Decide(policy, At(Day - Second), [])));
        Assert.Equal(["client-2"], Decide(policy, At(Day), []).Approved!.Authorities);
    }

    [Fact]
    public void A_server_root_waits_for_its_day_too_and_is_never_put_in_another_s_place()
    {
        var policy = new IssuancePolicy(
            ShippedPolicy.With(
                "authorities/linksys.json",
                "\"keyLabel\"",
                "\"succeeds\": \"sipura\", \"activeFrom\": \"2027-03-01T00:00:00Z\", \"keyLabel\""
            )
        );
        var published = new Dictionary<string, DateTimeOffset> { ["sipura"] = Day.AddDays(-1000), ["linksys"] = Day.AddDays(-90) };
        PolicyDecision ForServer(string device, DateTimeOffset now) =>
            policy.Decide(ShippedPolicy.Server(null, device) with { AvailableAuthorities = new AuthoritiesAt(published, now) });

        Assert.Equal(["authority-not-active-yet"], ShippedPolicy.Codes(ForServer("RT31P2", Day - Second)));
        Assert.Equal(["linksys"], ForServer("RT31P2", Day).Approved!.Authorities);
        Assert.Equal(["sipura"], ForServer("SPA962", Day).Approved!.Authorities);
    }

    [Fact]
    public void The_next_generation_delegates_no_answering_before_its_day()
    {
        IReadOnlyList<string> Responder(DateTimeOffset now, int publishedDaysBefore = 90) =>
            ShippedPolicy.Codes(
                Policy.Decide(ShippedPolicy.Responder("client-2") with { AvailableAuthorities = At(now, publishedDaysBefore) })
            );

        Assert.Equal(["authority-not-active-yet"], Responder(Day - Second));
        Assert.Equal(["authority-not-published-long-enough"], Responder(Day, publishedDaysBefore: 10));
        Assert.Empty(Responder(Day));
        // The one before it goes on for what it has issued.
        Assert.Empty(ShippedPolicy.Codes(Policy.Decide(ShippedPolicy.Responder("client") with { AvailableAuthorities = At(Day) })));
    }

    private static IReadOnlyList<string> Codes(AuthoritiesAt available, params string[] promised) =>
        ShippedPolicy.Codes(Decide(available, promised));
}
