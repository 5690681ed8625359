using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using Xunit;

namespace SigningAuthority.IntegrationTests.Notices;

[Collection(NoticeFlows.Name)]
public sealed class WebhookTests(NoticeStage stage)
{
    [Fact]
    public async Task An_expiry_notice_says_what_a_person_needs_and_its_signature_is_verified_by_openssl()
    {
        var tenant = await stage.TenantAsync();
        var (_, secret) = await tenant.ContactAsync("webhook", stage.Hooks.Url("expiry"));
        var (request, _) = await tenant.Desk.IssueAsync("prov." + tenant.Fqdn);

        await stage.PlanAsync(59.5);

        var hook = Assert.Single(await stage.Hooks.AwaitAsync("expiry", 1));
        var certificate = (await tenant.Desk.ShowAsync(request)).GetProperty("certificates")[0];
        var body = JsonSerializer.Deserialize<JsonElement>(hook.Body);
        Assert.Equal("certificate.expiring", body.GetProperty("type").GetString());
        Assert.Equal(hook.Headers["Signing-Authority-Notice"], body.GetProperty("id").GetString());
        var told = body.GetProperty("certificate");
        Assert.Equal("prov." + tenant.Fqdn, told.GetProperty("fqdn").GetString());
        foreach (var member in (string[])["generation", "serialNumber", "sha256"])
            Assert.Equal(certificate.GetProperty(member).GetString(), told.GetProperty(member).GetString());
        var end = told.GetProperty("notAfter").GetDateTimeOffset();
        Assert.Equal(certificate.GetProperty("notAfter").GetDateTimeOffset(), end);
        Assert.Equal(
            (int)Math.Floor((end - body.GetProperty("sentAt").GetDateTimeOffset()).TotalDays),
            told.GetProperty("daysLeft").GetInt32()
        );
        Assert.Equal($"signctl renew {request} provserver.csr", body.GetProperty("renewal").GetProperty("command").GetString());
        await RequireSignatureAsync(hook, secret!);

        var notice = await tenant.AwaitStateAsync("Delivered");
        Assert.Equal((60, 1), (notice.GetProperty("daysBefore").GetInt32(), notice.GetProperty("attempts").GetInt32()));
        var entry = Assert.Single(await new IssuanceLogReader(stage.Authority).AwaitAsync($"type=notice.delivered&requestId={request}", 1));
        Assert.Contains(notice.GetProperty("id").GetString()!, entry.GetRawText());
    }

    [Fact]
    public async Task A_server_that_fails_is_asked_again_and_each_attempt_is_counted()
    {
        var tenant = await stage.TenantAsync();
        stage.Hooks.Answer("flaky", 500, 503, 200);
        var (contact, secret) = await tenant.ContactAsync("webhook", stage.Hooks.Url("flaky"));

        await tenant.TestAsync(contact);

        var notice = await tenant.AwaitStateAsync("Delivered");
        Assert.Equal(3, notice.GetProperty("attempts").GetInt32());
        var calls = stage.Hooks.At("flaky");
        Assert.Equal(3, calls.Count);
        Assert.Single(calls.Select(call => call.Headers["Signing-Authority-Notice"]).Distinct());
        foreach (var call in calls)
            await RequireSignatureAsync(call, secret!);
        Assert.Equal(1, await EntriesAsync("notice.delivered", notice));
    }

    [Fact]
    public async Task A_process_that_dies_between_sending_and_recording_loses_nothing_and_repeats_itself_with_the_same_id()
    {
        var tenant = await stage.TenantAsync();
        var hanging = new TaskCompletionSource();
        stage.Hooks.Answer("dying", (call, _) => call == 1 ? hanging.Task : Task.CompletedTask);
        var (contact, _) = await tenant.ContactAsync("webhook", stage.Hooks.Url("dying"));
        await tenant.TestAsync(contact);
        await stage.Hooks.AwaitAsync("dying", 1);

        await stage.Outreach.KillAsync();
        hanging.SetResult();
        Assert.Equal("Delivering", NoticeTenant.State(Assert.Single(await tenant.NoticesAsync())));
        // The dead one's lease ends.
        await stage.Everything.ExecuteAsync($"update sa.notice set due_at = now() where provider_id = '{tenant.Id}'");
        await stage.StartOutreachAsync();

        var notice = await tenant.AwaitStateAsync("Delivered");
        Assert.Equal(2, notice.GetProperty("attempts").GetInt32());
        var calls = stage.Hooks.At("dying");
        Assert.Equal(2, calls.Count);
        Assert.Single(calls.Select(call => call.Headers["Signing-Authority-Notice"]).Distinct());
        Assert.Equal(1, await EntriesAsync("notice.delivered", notice));
    }

    [Theory]
    [InlineData("https://10.0.0.1/hook", "address-not-public")]
    [InlineData("https://192.168.1.1:8443/", "address-not-public")]
    [InlineData("https://169.254.169.254/latest/meta-data/", "address-not-public")]
    [InlineData("https://[::1]/", "address-not-public")]
    [InlineData("https://[::ffff:10.0.0.1]/", "address-not-public")]
    public async Task A_private_address_is_not_called_and_that_shows(string target, string code)
    {
        var tenant = await stage.TenantAsync();
        var (contact, _) = await tenant.ContactAsync("webhook", target);

        await tenant.TestAsync(contact);

        var notice = await tenant.AwaitOneAsync(found => NoticeTenant.LastError(found).StartsWith(code), code);
        Assert.True(notice.GetProperty("attempts").GetInt32() >= 1);
        await tenant.Client.AskAsync(HttpMethod.Delete, $"{NoticeTenant.Contacts}/{contact}");
    }

    [Fact]
    public async Task A_redirect_is_a_failure_and_is_not_followed()
    {
        var tenant = await stage.TenantAsync();
        stage.Hooks.Answer(
            "moved",
            (_, context) =>
            {
                context.Response.Redirect(stage.Hooks.Url("elsewhere"));
                return Task.CompletedTask;
            }
        );
        var (contact, _) = await tenant.ContactAsync("webhook", stage.Hooks.Url("moved"));

        await tenant.TestAsync(contact);

        await tenant.AwaitOneAsync(found => NoticeTenant.LastError(found).StartsWith("answer-not-success"), "a failure");
        Assert.Empty(stage.Hooks.At("elsewhere"));
        await tenant.Client.AskAsync(HttpMethod.Delete, $"{NoticeTenant.Contacts}/{contact}");
    }

    [Fact]
    public async Task A_server_with_a_certificate_that_nobody_vouches_for_is_told_nothing()
    {
        var tenant = await stage.TenantAsync();
        var (contact, _) = await tenant.ContactAsync("webhook", stage.Untrusted.Url("stranger"));

        await tenant.TestAsync(contact);

        await tenant.AwaitOneAsync(found => NoticeTenant.LastError(found).StartsWith("tls-failed"), "a failure");
        Assert.Empty(stage.Untrusted.At("stranger"));
        await tenant.Client.AskAsync(HttpMethod.Delete, $"{NoticeTenant.Contacts}/{contact}");
        await tenant.AwaitStateAsync("Skipped");
    }

    [Fact]
    public async Task An_endless_answer_is_cut_off()
    {
        var tenant = await stage.TenantAsync();
        stage.Hooks.Answer(
            "endless",
            async (call, context) =>
            {
                context.Response.StatusCode = StatusCodes.Status200OK;
                while (call == 1 && !context.RequestAborted.IsCancellationRequested)
                    await context.Response.Body.WriteAsync(new byte[4096]);
            }
        );
        var (contact, _) = await tenant.ContactAsync("webhook", stage.Hooks.Url("endless"));

        await tenant.TestAsync(contact);

        Assert.Equal(2, (await tenant.AwaitStateAsync("Delivered")).GetProperty("attempts").GetInt32());
    }

    [Fact]
    public async Task What_was_given_up_shows_to_the_provider_the_operator_and_in_the_log_until_somebody_retries_it()
    {
        var tenant = await stage.TenantAsync();
        stage.Hooks.Answer("down", 500);
        var (contact, _) = await tenant.ContactAsync("webhook", stage.Hooks.Url("down"));
        await tenant.TestAsync(contact);
        await tenant.AwaitOneAsync(
            found => found.GetProperty("attempts").GetInt32() >= 1 && NoticeTenant.State(found) == "Pending",
            "a failure"
        );
        // Three days pass.
        await stage.Everything.ExecuteAsync(
            $"update sa.notice set give_up_at = now(), due_at = now() where provider_id = '{tenant.Id}' and state = 'Pending'"
        );

        var notice = await tenant.AwaitStateAsync("Failed");
        var id = notice.GetProperty("id").GetString()!;
        Assert.Contains("answer-not-success", NoticeTenant.LastError(notice));
        var page = (await tenant.Client.AskAsync(NoticeTenant.Notices + "?state=Failed")).Json;
        Assert.Equal(id, Assert.Single(page.GetProperty("notices").EnumerateArray()).GetProperty("id").GetString());
        Assert.Contains(id, await stage.Authority.OperatorAsync("notice", "list", "--state", "Failed"));
        Assert.Equal(1, await EntriesAsync("notice.failed", notice));

        stage.Hooks.Answer("down", 200);
        await stage.Authority.OperatorAsync("notice", "retry", id);
        Assert.Equal(1, (await tenant.AwaitStateAsync("Delivered")).GetProperty("attempts").GetInt32());
        Assert.Equal(1, await EntriesAsync("notice.retried", notice));
        Assert.NotEqual(0, (await stage.Authority.RunSignerVerbAsync("sa_operator", "operator", "notice", "retry", id)).ExitCode);
    }

    private Task<long> EntriesAsync(string type, JsonElement notice) =>
        stage.Everything.ScalarAsync<long>(
            $"select count(*) from sa.log_entry where type = '{type}' and convert_from(entry, 'UTF8')::jsonb ->> 'noticeId' = '{notice.GetProperty("id").GetString()}'"
        );

    private async Task RequireSignatureAsync(ReceivedHook hook, string secret)
    {
        var parts = hook.Headers["Signing-Authority-Signature"].Split(',');
        var (time, signature) = (parts[0]["t=".Length..], parts[1]["v1=".Length..]);
        Assert.InRange(
            DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeSeconds(long.Parse(time)),
            TimeSpan.FromSeconds(-2),
            TimeSpan.FromMinutes(5)
        );
        var signed = stage.File(Guid.NewGuid().ToString("N"));
        await File.WriteAllBytesAsync(signed, [.. Encoding.ASCII.GetBytes(time + "."), .. hook.Body]);
        var computed = await OpenSsl.RunAsync("dgst", "-sha256", "-mac", "HMAC", "-macopt", "hexkey:" + secret, signed);
        Assert.Equal(signature, computed.Trim().Split("= ")[1]);
    }
}
