using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using Xunit;

namespace SigningAuthority.IntegrationTests.Notices;

/// <summary>A change of the published roots reaches every contact, whatever else it wants to be told: hence a stage of its own.</summary>
public sealed class RootsNoticeTests(NoticeStage stage) : IClassFixture<NoticeStage>
{
    [Fact]
    public async Task A_retired_root_is_told_by_webhook_and_mail_once_each_and_the_first_publication_to_nobody()
    {
        await Eventually.TrueAsync(
            () => stage.Everything.ScalarAsync<bool>("select exists (select from sa.root_manifest_signature)"),
            "the roots are published"
        );
        Assert.Equal(0L, await stage.Everything.ScalarAsync<long>("select count(*) from sa.notice where kind = 'Roots'"));
        var (hooked, mailed) = (await stage.TenantAsync(), await stage.TenantAsync());
        await hooked.ContactAsync("webhook", stage.Hooks.Url("roots"), "issuance");
        await mailed.ContactAsync("mail", "noc@" + mailed.Fqdn);
        var (gone, _) = await mailed.ContactAsync("mail", "gone@" + mailed.Fqdn);
        await mailed.Client.AskAsync(HttpMethod.Delete, $"{NoticeTenant.Contacts}/{gone}");

        await RetireAsync("linksys");

        var hook = Assert.Single(await stage.Hooks.AwaitAsync("roots", 1));
        var body = JsonSerializer.Deserialize<JsonElement>(hook.Body);
        Assert.Equal("roots.changed", body.GetProperty("type").GetString());
        Assert.False(body.TryGetProperty("certificate", out _));
        var change = Assert.Single(body.GetProperty("roots").GetProperty("changes").EnumerateArray());
        Assert.Equal(
            ("linksys", "retired", "retired", "/roots/linksys.pem"),
            (Text(change, "root"), Text(change, "change"), Text(change, "standing"), Text(change, "href"))
        );
        Assert.Equal(2, body.GetProperty("roots").GetProperty("version").GetInt64());

        var mail = Assert.Single(await stage.Mail.AwaitAsync("noc@" + mailed.Fqdn, 1));
        Assert.Equal("Roots: Linksys CA was retired, and left the bundles", MailServer.Header(mail, "Subject"));
        Assert.Contains(Text(change, "sha256"), MailServer.Text(mail).Replace("=\n", ""));
        var notice = await mailed.AwaitStateAsync("Delivered");
        Assert.Equal(("roots", 2), (Text(notice, "kind"), notice.GetProperty("rootsVersion").GetInt64()));
        Assert.False(notice.TryGetProperty("sha256", out _));
    }

    /// <summary>By a Signer of the log lane whose configuration says so.</summary>
    private async Task RetireAsync(string root)
    {
        var folder = Path.Combine(stage.Authority.Scratch, "retired");
        CaConfigCopy.Write(folder, ($"authorities/{root}.json", json => json["retired"] = true));
        await using var renewed = await stage.Authority.StartSignerAsync(
            "renewed",
            new Dictionary<string, string> { ["CaConfig__Folder"] = folder, ["Signer__Lanes"] = "Log" },
            untilReady: false
        );
        await Eventually.TrueAsync(
            () => stage.Everything.ScalarAsync<bool>("select exists (select from sa.root_manifest_signature where version = 2)"),
            "the renewed Signer publishes what it knows"
        );
        await renewed.StopAsync();
    }

    private static string Text(JsonElement json, string member) => json.GetProperty(member).GetString()!;
}
