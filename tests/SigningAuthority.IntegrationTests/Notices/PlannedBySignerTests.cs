using System.Text;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using Xunit;

namespace SigningAuthority.IntegrationTests.Notices;

/// <summary>The whole way without anybody's help: the Signer's schedule plans, Outreach delivers.</summary>
[Collection(NoticeFlows.Name)]
public sealed class PlannedBySignerTests(NoticeStage stage)
{
    [Fact]
    public async Task A_running_signer_plans_what_its_policy_says()
    {
        var tenant = await stage.TenantAsync();
        await tenant.ContactAsync("webhook", stage.Hooks.Url("planned"));
        await tenant.Desk.IssueAsync("prov." + tenant.Fqdn);
        // A policy by which every certificate ends soon.
        var folder = stage.File("ca-config");
        (await ExternalProgram.RunAsync("cp", ["-r", Repository.CaConfig, folder])).MustSucceed();
        var policy = Path.Combine(folder, "policies", "policy.json");
        var text = await File.ReadAllTextAsync(policy);
        Assert.Contains("      60,\n", text);
        await File.WriteAllTextAsync(policy, text.Replace("      60,\n", "      3000,\n"));

        await stage.Authority.StopSignerAsync();
        await stage.Authority.StartSignerAsync(environment: new Dictionary<string, string> { ["CaConfig__Folder"] = folder });

        await Eventually.TrueAsync(
            async () =>
                (await tenant.NoticesAsync()).Any(notice =>
                    NoticeTenant.State(notice) == "Delivered"
                    && notice.TryGetProperty("daysBefore", out var days)
                    && days.GetInt32() == 3000
                ),
            "the notice of expiry is delivered"
        );
        // A new version of the roots may be told besides: another test of the collection publishes one.
        Assert.Single(stage.Hooks.At("planned"), hook => Encoding.UTF8.GetString(hook.Body).Contains("certificate.expiring"));
        Assert.Equal(
            "sa_outreach",
            await stage.Everything.ScalarAsync<string>("select max(written_by::text) from sa.log_entry where type = 'notice.delivered'")
        );
        await stage.Authority.StopSignerAsync();
        await stage.Authority.StartSignerAsync();
    }
}
