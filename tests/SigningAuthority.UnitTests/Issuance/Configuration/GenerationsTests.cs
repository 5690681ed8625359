using SigningAuthority.Issuance.Configuration;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Configuration;

public sealed class GenerationsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly AuthorityConfiguration Configuration = NextClientRoot.Configuration();
    private static readonly Generations Generations = Configuration.Generations;

    private static Dictionary<string, DateTimeOffset> Published(params (string Id, int DaysBefore)[] ceremonies) =>
        ceremonies.ToDictionary(held => held.Id, held => NextClientRoot.Day.AddDays(-held.DaysBefore));

    [Fact]
    public void A_next_generation_is_active_from_its_day_on_and_not_a_second_earlier()
    {
        var published = Published(("client", 1000), ("client-2", 90));
        Assert.Equal("client", Generations.ActiveOf("client", published, NextClientRoot.Day - Second).Id);
        Assert.Equal("client-2", Generations.ActiveOf("client", published, NextClientRoot.Day).Id);
        Assert.Equal((Standing.Current, Standing.Next), Standings(published, NextClientRoot.Day - Second));
        Assert.Equal((Standing.Old, Standing.Current), Standings(published, NextClientRoot.Day));
    }

    [Fact]
    public void One_that_was_published_too_late_waits_until_it_was_published_long_enough()
    {
        var published = Published(("client", 1000), ("client-2", 80));
        var start = NextClientRoot.Day.AddDays(10);
        Assert.Equal(start, Generations.StartOf(Configuration.Authority("client-2"), published));
        Assert.Equal((Standing.Current, Standing.Next), Standings(published, start - Second));
        Assert.Equal((Standing.Old, Standing.Current), Standings(published, start));
    }

    [Fact]
    public void One_whose_ceremony_was_not_held_is_next_whatever_the_day()
    {
        var published = Published(("client", 1000));
        Assert.Null(Generations.StartOf(Configuration.Authority("client-2"), published));
        Assert.Equal((Standing.Current, Standing.Next), Standings(published, NextClientRoot.Day.AddYears(1)));
    }

    [Fact]
    public void A_retired_generation_is_passed_over_before_its_day_and_after()
    {
        var generations = NextClientRoot
            .Configuration(folder =>
            {
                folder.Replace("authorities/client-2.json", "\"succeeds\"", "\"retired\": true, \"succeeds\"");
                NextClientRoot.Add(folder, "client-3", "client-2", "2028-03-01T00:00:00Z");
            })
            .Generations;
        var published = Published(("client", 1000), ("client-2", 90), ("client-3", 90));
        Assert.Equal("client", generations.ActiveOf("client", published, NextClientRoot.Day).Id);
        Assert.Equal("client-3", generations.ActiveOf("client", published, NextClientRoot.Day.AddYears(1)).Id);
        Assert.Equal(["client", "client-2", "client-3"], generations.ChainOf("client-2").Select(authority => authority.Id));
    }

    [Fact]
    public void Where_all_are_retired_the_newest_is_named_and_may_not_sign()
    {
        var configuration = NextClientRoot.Configuration(folder =>
        {
            folder.Replace("authorities/client.json", "\"keyLabel\"", "\"retired\": true, \"keyLabel\"");
            folder.Replace("authorities/client-2.json", "\"succeeds\"", "\"retired\": true, \"succeeds\"");
        });
        var published = Published(("client", 1000), ("client-2", 90));
        var active = configuration.Generations.ActiveOf("client", published, NextClientRoot.Day);
        Assert.Equal("client-2", active.Id);
        Assert.Equal(Standing.Retired, configuration.Generations.StandingOf(active, published, NextClientRoot.Day));
    }

    [Fact]
    public void A_root_without_a_day_signs_from_its_ceremony_on() =>
        Assert.Equal(
            Standing.Current,
            Generations.StandingOf(Configuration.Authority("sipura"), Published(("sipura", 0)), NextClientRoot.Day)
        );

    [Theory]
    [InlineData("authorities/client-2.json", "\"succeeds\": \"client\"", "\"succeeds\": \"sipura\"", "$.succeeds")]
    [InlineData("authorities/client-2.json", "\"succeeds\": \"client\"", "\"succeeds\": \"client-9\"", "$.succeeds")]
    [InlineData("authorities/client-2.json", "\"succeeds\": \"client\"", "\"succeeds\": \"client-2\"", "$.succeeds")]
    [InlineData("authorities/client.json", "\"keyLabel\"", "\"succeeds\": \"client-2\", \"keyLabel\"", "$.succeeds")]
    [InlineData("authorities/client-2.json", ", \"activeFrom\": \"2027-03-01T00:00:00Z\"", "", "$.activeFrom")]
    [InlineData("authorities/client-2.json", "00:00:00Z", "00:00:00+01:00", "$.activeFrom")]
    [InlineData("authorities/client.json", "\"keyLabel\"", "\"activeFrom\": \"2027-03-01T00:00:00Z\", \"keyLabel\"", "$.activeFrom")]
    [InlineData("authorities/station.json", "\"keyLabel\"", "\"activeFrom\": \"2027-03-01T00:00:00Z\", \"keyLabel\"", "$.activeFrom")]
    [InlineData("authorities/station.json", "\"keyLabel\"", "\"succeeds\": \"service\", \"keyLabel\"", "$.succeeds")]
    [InlineData("authorities/log.json", "\"keyLabel\"", "\"retired\": true, \"keyLabel\"", "$.retired")]
    [InlineData(
        "policies/policy.json",
        "\"mostOnDemandPerAddress\": 50",
        "\"mostOnDemandPerAddress\": 101",
        "$.ocsp.mostOnDemandPerAddress"
    )]
    [InlineData("policies/policy.json", "\"mostOnDemandPerAddress\": 50", "\"mostOnDemandPerAddress\": 0", "$.ocsp.mostOnDemandPerAddress")]
    [InlineData("policies/policy.json", "\"publishedDaysAhead\": 90", "\"publishedDaysAhead\": -1", "$.roots.publishedDaysAhead")]
    public void A_succession_that_can_t_be_is_refused_by_file_and_key(string file, string old, string replacement, string key)
    {
        var refused = Assert.Throws<InvalidConfigurationException>(() =>
            NextClientRoot.Configuration(folder => folder.Replace(file, old, replacement))
        );
        Assert.Contains(refused.Defects, defect => defect.Key == key);
    }

    [Fact]
    public void An_authority_has_one_successor()
    {
        var refused = Assert.Throws<InvalidConfigurationException>(() =>
            NextClientRoot.Configuration(folder => NextClientRoot.Add(folder, "client-3", "client"))
        );
        Assert.Contains(refused.Defects, defect => (defect.File, defect.Key) == ("authorities/client-3.json", "$.succeeds"));
    }

    [Fact]
    public void Only_generations_of_one_chain_share_a_subject()
    {
        var refused = Assert.Throws<InvalidConfigurationException>(() =>
            NextClientRoot.Configuration(folder =>
            {
                folder.Replace("authorities/sipura.json", "Provisioning Server Root", "Client Root");
                folder.Replace("authorities/sipura.json", "\"value\": \"Sipura CA\"", "\"value\": \"Device Client Root CA\"");
            })
        );
        Assert.Contains(refused.Defects, defect => (defect.File, defect.Key) == ("authorities/sipura.json", "$.subject"));
    }

    private static (Standing Old, Standing New) Standings(IReadOnlyDictionary<string, DateTimeOffset> published, DateTimeOffset now) =>
        (
            Generations.StandingOf(Configuration.Authority("client"), published, now),
            Generations.StandingOf(Configuration.Authority("client-2"), published, now)
        );
}
