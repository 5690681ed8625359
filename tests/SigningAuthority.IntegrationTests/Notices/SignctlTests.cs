using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Lineage;
using Xunit;

namespace SigningAuthority.IntegrationTests.Notices;

/// <summary>The same from a provider's command line.</summary>
[Collection(NoticeFlows.Name)]
public sealed class SignctlTests(NoticeStage stage)
{
    [Fact]
    public async Task A_provider_adds_tests_lists_and_removes_contacts()
    {
        var tenant = await stage.TenantAsync();
        var added = await RunAsync(tenant, "contact", "add", stage.Hooks.Url("signctl"), "--description", "the NOC");
        Assert.Equal(0, added.ExitCode);
        var id = Json(added).GetProperty("id").GetString()!;

        Assert.Equal(0, (await RunAsync(tenant, "contact", "test", id)).ExitCode);
        await tenant.AwaitStateAsync("Delivered");
        Assert.Contains(id, (await RunAsync(tenant, "contact", "list")).Output);
        Assert.Contains("Delivered", (await RunAsync(tenant, "notice", "list")).Output);
        Assert.Empty(Json(await RunAsync(tenant, "notice", "list", "--state", "Failed")).GetProperty("notices").EnumerateArray());
        Assert.Equal(0, (await RunAsync(tenant, "contact", "remove", id)).ExitCode);
        Assert.Equal(2, (await RunAsync(tenant, "contact", "test", id)).ExitCode);
        var refused = await RunAsync(tenant, "contact", "add", "http://hooks.example.com/");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("contact-webhook-target", refused.Error);
    }

    [Fact]
    public async Task A_provider_renews_replaces_and_revokes()
    {
        var tenant = await stage.TenantAsync();
        var (id, made) = await tenant.Desk.IssueAsync("prov." + tenant.Fqdn);

        var same = Json(await RunAsync(tenant, "renew", id, "--wait", "60"));
        Assert.Equal("Issued", same.GetProperty("status").GetString());
        Assert.Equal(id, same.GetProperty("renews").GetString());
        var renewed = same.GetProperty("id").GetString()!;
        var refused = await RunAsync(tenant, "renew", renewed, made.CsrFile, "--replace");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("replacement-same-key", refused.Error);
        var other = await MadeRequest.MakeAsync(stage.Authority.Scratch, "prov." + tenant.Fqdn);
        var replaced = Json(await RunAsync(tenant, "renew", renewed, other.CsrFile, "--replace", "--wait", "60"));
        Assert.Equal(renewed, replaced.GetProperty("replaces").GetString());
        Assert.Equal(["sipura superseded"], LineageDesk.Revocations(await tenant.Desk.ShowAsync(renewed)));

        var revoked = await RunAsync(tenant, "revoke", id, "--reason", "keyCompromise", "--note", "found in a backup");
        Assert.Equal(0, revoked.ExitCode);
        Assert.Equal(["sipura keyCompromise"], LineageDesk.Revocations(await tenant.Desk.ShowAsync(id)));
        Assert.Equal(1, (await RunAsync(tenant, "revoke", id, "--reason", "certificateHold")).ExitCode);
    }

    private Task<ProgramResult> RunAsync(NoticeTenant tenant, params string[] arguments) =>
        ExternalProgram.RunAsync(
            BuiltProgram.Dotnet,
            [BuiltProgram.Signctl, .. arguments],
            new Dictionary<string, string>
            {
                ["SA_URL"] = stage.Authority.Address.AbsoluteUri,
                ["SA_CACERT"] = stage.Authority.ServiceRootFile,
                ["SA_PROVIDER_TOKEN"] = tenant.Token,
            }
        );

    private static JsonElement Json(ProgramResult result) => JsonSerializer.Deserialize<JsonElement>(result.MustSucceed().Output);
}
