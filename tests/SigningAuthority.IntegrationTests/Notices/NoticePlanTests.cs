using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.Storage.Notices;
using SigningAuthority.Storage.Requests;
using SigningAuthority.Storage.Revocations;
using Xunit;

namespace SigningAuthority.IntegrationTests.Notices;

/// <summary>Which notices are planned, and which of them need not be sent any more.</summary>
public sealed class NoticePlanTests
{
    [Fact]
    public async Task Each_notice_is_planned_once_on_its_day_for_each_contact_and_certificate()
    {
        var scenario = await NoticeScenario.CreateAsync();
        var telco = await scenario.TenantAsync("telco");
        await scenario.ContactAsync(telco);
        await scenario.ContactAsync(telco, "second@example.com");
        await scenario.IssueAsync(telco);

        Assert.Equal(new NoticePlan(0, 0, 0), await scenario.PlanAsync(60.1));
        foreach (var days in NoticeScenario.DaysBefore)
        {
            Assert.Equal(new NoticePlan(4, 0, 0), await scenario.PlanAsync(days - 0.1));
            Assert.Equal(new NoticePlan(0, 0, 0), await scenario.PlanAsync(days - 0.2));
            await scenario.DeliverAsync();
        }

        Assert.Equal(16, (await scenario.NoticesAsync(telco)).Count);
        Assert.All(await scenario.NoticesAsync(telco), notice => Assert.EndsWith("Delivered", notice));
        Assert.Equal(new NoticePlan(0, 0, 0), await scenario.PlanAsync(-0.5));
        await scenario.Storage.VerifyAsync();
    }

    [Fact]
    public async Task A_planner_that_was_away_for_weeks_or_a_contact_added_late_sends_the_most_urgent_alone()
    {
        var scenario = await NoticeScenario.CreateAsync();
        var telco = await scenario.TenantAsync("telco");
        await scenario.ContactAsync(telco);
        var request = await scenario.IssueAsync(telco, authorities: "sipura");

        Assert.Equal(new NoticePlan(1, 2, 0), await scenario.PlanAsync(6));

        string[] expected = ["sipura 60 Skipped", "sipura 30 Skipped", "sipura 7 Pending"];
        Assert.Equal(expected, await scenario.NoticesAsync(telco, request));
        await scenario.ContactAsync(telco, "late@example.com");
        Assert.Equal(new NoticePlan(1, 2, 0), await scenario.PlanAsync(5));
    }

    [Fact]
    public async Task A_notice_that_still_waits_when_a_more_urgent_one_is_due_is_not_sent()
    {
        var scenario = await NoticeScenario.CreateAsync();
        var telco = await scenario.TenantAsync("telco");
        await scenario.ContactAsync(telco);
        await scenario.IssueAsync(telco, authorities: "sipura");
        await scenario.PlanAsync(59);

        Assert.Equal(new NoticePlan(1, 0, 1), await scenario.PlanAsync(29));

        Assert.Equal(["sipura 60 Skipped", "sipura 30 Pending"], await scenario.NoticesAsync(telco));
    }

    [Fact]
    public async Task A_certificate_that_ended_while_nobody_looked_is_told_for_a_week_and_then_no_more()
    {
        var scenario = await NoticeScenario.CreateAsync();
        var telco = await scenario.TenantAsync("telco");
        await scenario.ContactAsync(telco);
        await scenario.IssueAsync(telco, authorities: "sipura");

        Assert.Equal(new NoticePlan(0, 0, 0), await scenario.PlanAsync(-7.1));
        Assert.Equal(new NoticePlan(1, 3, 0), await scenario.PlanAsync(-6));
    }

    [Theory]
    [InlineData(SuccessionKind.Renewal)]
    [InlineData(SuccessionKind.Replacement)]
    public async Task What_waits_for_a_certificate_that_was_followed_is_superseded_generation_by_generation(SuccessionKind kind)
    {
        var scenario = await NoticeScenario.CreateAsync();
        var telco = await scenario.TenantAsync("telco");
        await scenario.ContactAsync(telco);
        var old = await scenario.IssueAsync(telco);
        await scenario.PlanAsync(59);
        var next = await scenario.IssueAsync(telco, old, kind, authorities: "sipura");

        await scenario.PlanAsync(58);

        // A replacement revokes what it leaves behind; after a renewal the other generation still ends.
        var left = kind == SuccessionKind.Renewal ? "Pending" : "Skipped";
        Assert.Equal([$"cisco-sb 60 {left}", "sipura 60 Superseded"], await scenario.NoticesAsync(telco, old));
        Assert.Equal(["sipura 60 Pending"], await scenario.NoticesAsync(telco, next));
        var again = await scenario.IssueAsync(telco, next, authorities: "cisco-sb");
        await scenario.PlanAsync(29);
        Assert.DoesNotContain(await scenario.NoticesAsync(telco, old), notice => notice.EndsWith("30 Pending", StringComparison.Ordinal));
        Assert.Equal(["cisco-sb 60 Skipped", "cisco-sb 30 Pending"], await scenario.NoticesAsync(telco, again));
    }

    /// <summary>What another CA shipped: a certificate that "replaces" another tenant's silences that tenant's notices.</summary>
    [Theory]
    [InlineData(SuccessionKind.Renewal)]
    [InlineData(SuccessionKind.Replacement)]
    public async Task Another_tenants_certificate_silences_nothing_even_if_it_was_issued(SuccessionKind kind)
    {
        var scenario = await NoticeScenario.CreateAsync();
        var (victim, liar) = (await scenario.TenantAsync("victim"), await scenario.TenantAsync("liar"));
        await scenario.ContactAsync(victim);
        var theirs = await scenario.IssueAsync(victim, authorities: "sipura");
        await scenario.PlanAsync(59);
        await scenario.IssueAsync(liar, theirs, kind, authorities: "sipura");

        await scenario.PlanAsync(29);

        Assert.Equal(["sipura 60 Skipped", "sipura 30 Pending"], await scenario.NoticesAsync(victim));
        Assert.Empty(await scenario.NoticesAsync(liar));
        Assert.Equal(0, await scenario.Everything.ScalarAsync<long>("select count(*) from sa.certificate_revocation"));
    }

    [Fact]
    public async Task A_certificate_of_another_name_supersedes_nothing()
    {
        var scenario = await NoticeScenario.CreateAsync();
        var telco = await scenario.TenantAsync("telco");
        await scenario.ContactAsync(telco);
        var old = await scenario.IssueAsync(telco, authorities: "sipura");
        await scenario.IssueAsync(telco, old, fqdn: "other.telco.net", authorities: "sipura");

        await scenario.PlanAsync(59);

        Assert.Equal(["sipura 60 Pending"], await scenario.NoticesAsync(telco, old));
    }

    [Fact]
    public async Task What_waits_when_a_certificate_is_to_be_revoked_or_a_contact_is_removed_is_skipped()
    {
        var scenario = await NoticeScenario.CreateAsync();
        var telco = await scenario.TenantAsync("telco");
        var contact = await scenario.ContactAsync(telco);
        var (revoked, kept) = (
            await scenario.IssueAsync(telco, authorities: "sipura"),
            await scenario.IssueAsync(telco, fqdn: "b.telco.net", authorities: "sipura")
        );
        await scenario.PlanAsync(59);
        var certificate = Assert.Single(await new RevocableCertificates(scenario.Storage.Api).FindAsync(revoked));
        await new RevocationRequests(scenario.Storage.Api).AddAsync([
            new NewRevocation(
                certificate,
                RevocationAction.Revoke,
                RevocationReason.CessationOfOperation,
                null,
                RevocationAsker.Provider,
                telco,
                "provider/telco"
            ),
        ]);

        await scenario.PlanAsync(58);
        Assert.Equal(["sipura 60 Skipped"], await scenario.NoticesAsync(telco, revoked));
        Assert.Equal(["sipura 60 Pending"], await scenario.NoticesAsync(telco, kept));

        await new Contacts(scenario.Storage.Api).RemoveAsync(telco, contact.Id, "provider/telco");
        await scenario.PlanAsync(57);
        Assert.Equal(["sipura 60 Skipped"], await scenario.NoticesAsync(telco, kept));
        Assert.Equal(new NoticePlan(0, 0, 0), await scenario.PlanAsync(29));
    }

    [Fact]
    public async Task What_was_renewed_after_it_was_planned_is_found_superseded_by_whoever_is_about_to_send_it()
    {
        var scenario = await NoticeScenario.CreateAsync();
        var telco = await scenario.TenantAsync("telco");
        await scenario.ContactAsync(telco);
        var old = await scenario.IssueAsync(telco, authorities: "sipura");
        await scenario.PlanAsync(59);
        await scenario.IssueAsync(telco, old, authorities: "sipura");

        await scenario.DeliverAsync();

        Assert.Equal(["sipura 60 Superseded"], await scenario.NoticesAsync(telco));
        Assert.Equal(0, await scenario.Everything.ScalarAsync<int>("select attempts from sa.notice"));
    }

    [Fact]
    public async Task Sixteen_planners_at_once_plan_each_notice_once()
    {
        var scenario = await NoticeScenario.CreateAsync();
        var telco = await scenario.TenantAsync("telco");
        await scenario.ContactAsync(telco);
        await scenario.IssueAsync(telco);

        var plans = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => scenario.PlanAsync(59))));

        Assert.Equal(2, plans.Sum(plan => plan.Planned));
        Assert.Equal(["cisco-sb 60 Pending", "sipura 60 Pending"], await scenario.NoticesAsync(telco));
    }

    [Fact]
    public async Task A_lease_that_was_lost_writes_nothing()
    {
        var scenario = await NoticeScenario.CreateAsync();
        var telco = await scenario.TenantAsync("telco");
        await scenario.ContactAsync(telco);
        await scenario.IssueAsync(telco, authorities: "sipura");
        await scenario.PlanAsync(59);
        var (slow, quick) = (
            new NoticeDeliveries(scenario.Storage.Connect("sa_outreach"), Guid.NewGuid()),
            new NoticeDeliveries(scenario.Storage.Connect("sa_outreach"), Guid.NewGuid())
        );
        var first = Assert.Single(await slow.ClaimAsync(10, TimeSpan.Zero, TimeSpan.FromDays(3)));
        var second = Assert.Single(await quick.ClaimAsync(10, TimeSpan.FromMinutes(1), TimeSpan.FromDays(3)));
        Assert.Equal(first.Notice.Id, second.Notice.Id);

        Assert.False(await slow.DeliveredAsync(first, NoticeScenario.Delivered(first)));
        Assert.False(await slow.PutBackAsync(first, "late", TimeSpan.Zero));
        Assert.True(await quick.DeliveredAsync(second, NoticeScenario.Delivered(second)));

        Assert.Equal(1, await scenario.Everything.ScalarAsync<long>("select count(*) from sa.log_entry where type = 'notice.delivered'"));
        await scenario.Storage.VerifyAsync();
    }
}
