using Npgsql;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Storage.Notices;
using Xunit;

namespace SigningAuthority.IntegrationTests.Notices;

/// <summary>Who is told that a certificate was issued for a name, and that nobody is told twice.</summary>
public sealed class IssuancePlanTests
{
    private const NoticeKind Issuance = NoticeKind.Issuance;

    [Fact]
    public async Task Whoever_holds_the_name_is_told_once_for_each_certificate_whoever_asked_for_it()
    {
        var scenario = await NoticeScenario.CreateAsync();
        var (telco, holder) = (await scenario.TenantAsync("telco"), await scenario.TenantAsync("holder"));
        await scenario.HoldAsync("holder", "telco.net");
        await scenario.ContactAsync(holder, "security@telco.net", Issuance);
        await scenario.ContactAsync(holder, "noc@telco.net");
        await scenario.ContactAsync(telco, "security@telco.com", Issuance);
        await scenario.IssueAsync(telco);
        await scenario.IssueAsync(holder, fqdn: "telco.net", authorities: "sipura");
        await scenario.IssueAsync(telco, fqdn: "eviltelco.net", authorities: "sipura");

        Assert.Equal(3, await scenario.WatchAsync());
        Assert.Equal(0, await scenario.WatchAsync());

        var notices = await new NoticeQueries(scenario.Storage.Api).ListOfProviderAsync(holder, null, null, 100);
        Assert.All(notices, notice => Assert.Equal((Issuance, "security@telco.net"), (notice.Kind, notice.ContactTarget)));
        string[] expected = ["cisco-sb pv.telco.net False", "sipura pv.telco.net False", "sipura telco.net True"];
        Assert.Equal(expected, notices.Select(n => $"{n.Certificate!.Authority} {n.Certificate.Fqdn} {n.Certificate.IsOwn}").Order());
        Assert.Empty(await scenario.NoticesAsync(telco));
    }

    [Fact]
    public async Task A_name_without_its_subdomains_or_one_that_was_withdrawn_tells_nobody_of_them()
    {
        var scenario = await NoticeScenario.CreateAsync();
        var telco = await scenario.TenantAsync("telco");
        await scenario.HoldAsync("telco", "telco.net", includeSubdomains: false);
        await scenario.HoldAsync("telco", "gone.example.com");
        await scenario.Everything.ExecuteAsync("update sa.provider_name set withdrawn_at = now() where suffix = 'gone.example.com'");
        await scenario.ContactAsync(telco, about: Issuance);
        await scenario.IssueAsync(telco, fqdn: "pv.telco.net");
        await scenario.IssueAsync(telco, fqdn: "gone.example.com");

        Assert.Equal(0, await scenario.WatchAsync());
        await scenario.IssueAsync(telco, fqdn: "telco.net", authorities: "sipura");
        Assert.Equal(1, await scenario.WatchAsync());
    }

    [Fact]
    public async Task A_contact_is_told_of_what_follows_it_and_not_of_what_was_before()
    {
        var scenario = await NoticeScenario.CreateAsync();
        var telco = await scenario.TenantAsync("telco");
        await scenario.HoldAsync("telco", "telco.net");
        await scenario.IssueAsync(telco);
        await scenario.WatchAsync();
        await scenario.ContactAsync(telco, about: [NoticeKind.Expiry, Issuance]);
        Assert.Equal(0, await scenario.WatchAsync());

        await scenario.IssueAsync(telco, fqdn: "b.telco.net", authorities: "sipura");

        Assert.Equal(1, await scenario.WatchAsync());
    }

    [Fact]
    public async Task Sixteen_planners_at_once_plan_each_notice_once()
    {
        var scenario = await NoticeScenario.CreateAsync();
        var telco = await scenario.TenantAsync("telco");
        await scenario.HoldAsync("telco", "telco.net");
        await scenario.ContactAsync(telco, about: Issuance);
        await scenario.IssueAsync(telco);
        await scenario.Storage.VerifyAsync();

        var planned = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(scenario.PlanIssuanceAsync)));

        Assert.Equal(2, planned.Sum());
        Assert.Equal(2, (await scenario.NoticesAsync(telco)).Count);
    }

    [Fact]
    public async Task What_was_replaced_since_is_told_all_the_same_and_a_removed_contact_is_told_nothing()
    {
        var scenario = await NoticeScenario.CreateAsync();
        var telco = await scenario.TenantAsync("telco");
        await scenario.HoldAsync("telco", "telco.net");
        await scenario.ContactAsync(telco, "kept@telco.net", Issuance);
        var removed = await scenario.ContactAsync(telco, "removed@telco.net", Issuance);
        var old = await scenario.IssueAsync(telco, authorities: "sipura");
        await scenario.IssueAsync(telco, old, authorities: "sipura");
        await scenario.WatchAsync();
        await new Contacts(scenario.Storage.Api).RemoveAsync(telco, removed.Id, "provider/telco");

        await scenario.DeliverAsync();

        var notices = await new NoticeQueries(scenario.Storage.Api).ListOfProviderAsync(telco, null, null, 100);
        Assert.Equal(2, notices.Count(notice => notice is { ContactTarget: "kept@telco.net", State: NoticeState.Delivered }));
        Assert.Equal(2, notices.Count(notice => notice is { ContactTarget: "removed@telco.net", State: NoticeState.Skipped }));
    }

    [Theory]
    [InlineData("sa_signer", "update sa.watch_cursor set log_index = log_index - 1")]
    [InlineData("sa_owner", "update sa.watch_cursor set log_index = -1")]
    [InlineData("postgres", "delete from sa.watch_cursor")]
    [InlineData("sa_api", "update sa.watch_cursor set log_index = log_index + 1")]
    [InlineData("sa_api", "update sa.contact set about = '{Issuance}'")]
    [InlineData(
        "sa_api",
        "insert into sa.notice (id, kind, provider_id, contact_id) select gen_random_uuid(), 'Issuance', provider_id, id from sa.contact"
    )]
    public async Task Nobody_has_the_log_looked_at_twice_or_says_that_it_was(string role, string sql)
    {
        var scenario = await NoticeScenario.CreateAsync();
        await scenario.ContactAsync(await scenario.TenantAsync("telco"));
        await scenario.WatchAsync();

        var denied = await Assert.ThrowsAsync<PostgresException>(() => scenario.Storage.Connect(role).ExecuteAsync(sql));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, denied.SqlState);
    }
}
