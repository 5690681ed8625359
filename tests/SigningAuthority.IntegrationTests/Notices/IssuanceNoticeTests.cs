using System.Net;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using Xunit;

namespace SigningAuthority.IntegrationTests.Notices;

/// <summary>That a certificate was issued for a name reaches whoever holds the name.</summary>
[Collection(NoticeFlows.Name)]
public sealed class IssuanceNoticeTests(NoticeStage stage)
{
    [Fact]
    public async Task A_webhook_is_told_of_a_certificate_on_anothers_request_and_never_whose_it_was()
    {
        var (asking, holding) = (await stage.TenantAsync(), await stage.TenantAsync());
        var name = "moved." + asking.Fqdn;
        // No command lets two tenants hold names that overlap: somebody went behind their back.
        await stage.Everything.ExecuteAsync(
            $"insert into sa.provider_name (id, provider_id, suffix, include_subdomains, registered_by) values (gen_random_uuid(), '{holding.Id}', '{name}', false, 'x')"
        );
        await holding.ContactAsync("webhook", stage.Hooks.Url("issued"), "issuance");

        var (request, _) = await asking.Desk.IssueAsync(name);
        await stage.WatchAsync();

        var hook = Assert.Single(await stage.Hooks.AwaitAsync("issued", 1));
        var body = JsonSerializer.Deserialize<JsonElement>(hook.Body);
        Assert.Equal("certificate.issued", body.GetProperty("type").GetString());
        var certificate = body.GetProperty("certificate");
        Assert.Equal(name, certificate.GetProperty("fqdn").GetString());
        Assert.False(certificate.GetProperty("own").GetBoolean());
        Assert.False(certificate.TryGetProperty("requestId", out _));
        Assert.False(body.TryGetProperty("renewal", out _));
        Assert.Equal(
            $"/api/v1/provider/watch/receipts/{certificate.GetProperty("sha256").GetString()}.tlog-proof",
            certificate.GetProperty("receipt").GetString()
        );
        var notice = await holding.AwaitStateAsync("Delivered");
        Assert.Equal("issuance", notice.GetProperty("kind").GetString());
        Assert.False(notice.TryGetProperty("request", out _));
        Assert.DoesNotContain(request, notice.ToString());
    }

    [Fact]
    public async Task A_mail_says_that_a_certificate_was_issued_and_where_its_receipt_is()
    {
        var tenant = await stage.TenantAsync();
        await tenant.ContactAsync("mail", "security@" + tenant.Fqdn, "issuance");
        await tenant.Desk.IssueAsync("prov." + tenant.Fqdn);

        await stage.WatchAsync();

        var notice = await tenant.AwaitStateAsync("Delivered");
        Assert.Equal("prov." + tenant.Fqdn, notice.GetProperty("fqdn").GetString());
        Assert.True(notice.TryGetProperty("request", out _));
        var mail = Assert.Single(await stage.Mail.AwaitAsync("security@" + tenant.Fqdn, 1));
        Assert.Equal($"Certificate of prov.{tenant.Fqdn} (sipura) was issued", MailServer.Header(mail, "Subject"));
        Assert.Contains(
            $"/api/v1/provider/watch/receipts/{notice.GetProperty("sha256").GetString()}.tlog-proof",
            MailServer.Text(mail).Replace("=\n", "")
        );
        Assert.DoesNotContain("signctl renew", mail);
    }

    [Fact]
    public async Task What_a_contact_is_told_can_be_chosen_and_is_expiry_alone_if_it_is_not()
    {
        var tenant = await stage.TenantAsync();
        var both = await tenant.AddAsync("mail", "both@" + tenant.Fqdn, null, "issuance", "expiry");
        var plain = await tenant.AddAsync("mail", "plain@" + tenant.Fqdn);
        var wrong = await tenant.AddAsync("mail", "wrong@" + tenant.Fqdn, null, "everything");

        Assert.Equal("""["expiry","issuance"]""", both.Json.GetProperty("about").GetRawText());
        Assert.Equal("""["expiry"]""", plain.Json.GetProperty("about").GetRawText());
        ProblemAssert.Breaks(wrong, HttpStatusCode.UnprocessableEntity, "contact-about");
        var entry = Assert.Single(
            await new IssuanceLogReader(stage.Authority).AwaitAsync($"type=contact.added&actor=provider/{tenant.Fqdn.Split('.')[0]}", 2),
            found => found.GetRawText().Contains("both@")
        );
        Assert.Equal("""["expiry","issuance"]""", entry.GetProperty("entry").GetProperty("about").GetRawText());
    }
}
