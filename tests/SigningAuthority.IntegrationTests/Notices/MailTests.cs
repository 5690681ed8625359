using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using Xunit;

namespace SigningAuthority.IntegrationTests.Notices;

[Collection(NoticeFlows.Name)]
public sealed class MailTests(NoticeStage stage)
{
    [Fact]
    public async Task An_expiry_notice_comes_as_plain_text_over_an_encrypted_connection()
    {
        var tenant = await stage.TenantAsync();
        var address = $"noc@{tenant.Fqdn}";
        await tenant.ContactAsync("mail", address);
        var (request, _) = await tenant.Desk.IssueAsync("prov." + tenant.Fqdn);

        await stage.PlanAsync(6.5);

        var mail = Assert.Single(await stage.Mail.AwaitAsync(address, 1));
        var certificate = (await tenant.Desk.ShowAsync(request)).GetProperty("certificates")[0];
        Assert.Equal(NoticeStage.Sender, MailServer.Header(mail, "From"));
        Assert.Equal(address, MailServer.Header(mail, "To"));
        Assert.Equal(NoticeStage.Sender, MailServer.Header(mail, "X-MailFrom"));
        Assert.StartsWith("text/plain", MailServer.Header(mail, "Content-Type"));
        Assert.Equal("auto-generated", MailServer.Header(mail, "Auto-Submitted"));
        Assert.NotNull(MailServer.Header(mail, "Date"));
        Assert.Contains("prov." + tenant.Fqdn, MailServer.Header(mail, "Subject"));
        var text = MailServer.Text(mail);
        foreach (var member in (string[])["generation", "serialNumber", "sha256"])
            Assert.Contains(certificate.GetProperty(member).GetString()!, text);
        Assert.Contains($"signctl renew {request} provserver.csr", text);

        var notices = await tenant.NoticesAsync();
        var sent = Assert.Single(notices, notice => NoticeTenant.State(notice) == "Delivered");
        Assert.Equal($"<{sent.GetProperty("id").GetString()}@authority.example.com>", MailServer.Header(mail, "Message-ID"));
        Assert.Equal(2, notices.Count(notice => NoticeTenant.State(notice) == "Skipped"));
    }

    [Fact]
    public async Task A_relay_that_is_away_is_tried_again_and_the_reason_shows()
    {
        var tenant = await stage.TenantAsync();
        var address = $"away@{tenant.Fqdn}";
        var (contact, _) = await tenant.ContactAsync("mail", address);
        await stage.Outreach.StopAsync();
        await stage.StartOutreachAsync(("Outreach__Smtp__Port", FreePort.Take().ToString()));
        await tenant.TestAsync(contact);

        await tenant.AwaitOneAsync(notice => NoticeTenant.LastError(notice).StartsWith("mail-refused"), "a failure");
        await stage.Outreach.StopAsync();
        await stage.StartOutreachAsync();

        await tenant.AwaitStateAsync("Delivered");
        Assert.Single(stage.Mail.To(address));
    }

    [Fact]
    public async Task A_relay_that_nobody_vouches_for_gets_no_mail()
    {
        // Encryption is asked for unless configured otherwise; Outreach trusts one root alone, and this relay's certificate is another's.
        var tenant = await stage.TenantAsync();
        var address = $"stranger@{tenant.Fqdn}";
        var (contact, _) = await tenant.ContactAsync("mail", address);
        await using var stranger = await MailServer.StartAsync(stage.File("stranger.pem"), stage.File("stranger.key"));
        await stage.Outreach.StopAsync();
        await stage.StartOutreachAsync(("Outreach__Smtp__Port", stranger.Port.ToString()));
        await tenant.TestAsync(contact);

        await tenant.AwaitOneAsync(notice => NoticeTenant.LastError(notice).StartsWith("mail-refused"), "a failure");

        Assert.Empty(stranger.To(address));
        await stage.Outreach.StopAsync();
        await stage.StartOutreachAsync();
        await tenant.AwaitStateAsync("Delivered");
    }

    [Fact]
    public async Task An_address_that_got_past_the_door_with_a_line_break_becomes_no_header()
    {
        var tenant = await stage.TenantAsync();
        var (contact, _) = await tenant.ContactAsync("mail", $"noc@{tenant.Fqdn}");
        await stage.Everything.ExecuteAsync(
            $"update sa.contact set target = E'noc@{tenant.Fqdn}\\r\\nBcc: everybody@example.com' where id = '{contact}'"
        );

        await tenant.TestAsync(contact);

        await tenant.AwaitOneAsync(notice => NoticeTenant.LastError(notice).StartsWith("mail-address"), "a refusal");
        Assert.Empty(stage.Mail.To("everybody@example.com"));
    }
}
