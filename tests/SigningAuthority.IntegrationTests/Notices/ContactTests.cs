using System.Net;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using Xunit;

namespace SigningAuthority.IntegrationTests.Notices;

[Collection(NoticeFlows.Name)]
public sealed class ContactTests(NoticeStage stage)
{
    [Fact]
    public async Task A_webhooks_secret_is_shown_once_and_its_path_is_not_logged()
    {
        var tenant = await stage.TenantAsync();
        var added = await tenant.AddAsync("webhook", "https://hooks.example.com/T0/SECRET-PATH", "the NOC's pager");

        Assert.Equal(HttpStatusCode.Created, added.Status);
        Assert.Equal(64, added.Member("secret").Length);
        Assert.Equal("/" + NoticeTenant.Contacts + "/" + added.Member("id"), added.Location);
        var again = await tenant.AddAsync("webhook", "https://hooks.example.com/T0/SECRET-PATH");
        Assert.Equal((HttpStatusCode.OK, added.Member("id")), (again.Status, again.Member("id")));
        var listed = await tenant.Client.AskAsync(NoticeTenant.Contacts);
        foreach (var answer in new[] { again, listed })
            Assert.DoesNotContain(added.Member("secret"), answer.Text);
        var entries = await stage.Everything.ScalarAsync<string>(
            $"select string_agg(convert_from(entry, 'UTF8'), ' ') from sa.log_entry where type = 'contact.added' and actor = 'provider/{tenant.Fqdn.Split('.')[0]}'"
        );
        Assert.Contains("https://hooks.example.com", entries);
        Assert.DoesNotContain("SECRET-PATH", entries);
        Assert.DoesNotContain(added.Member("secret"), entries);
    }

    [Theory]
    [InlineData("webhook", "http://hooks.example.com/")]
    [InlineData("webhook", "ftp://hooks.example.com/")]
    [InlineData("webhook", "https://user:password@hooks.example.com/")]
    [InlineData("webhook", "https://hooks.example.com/#part")]
    [InlineData("webhook", "https://")]
    [InlineData("webhook", "https://@hooks.example.com/")]
    [InlineData("webhook", "hooks.example.com")]
    [InlineData("webhook", "https://hooks.example.com/\r\nX: y")]
    [InlineData("mail", "noc@example.com\r\nBcc: all@example.com")]
    [InlineData("mail", "noc@example.com, all@example.com")]
    [InlineData("mail", "The NOC <noc@example.com>")]
    [InlineData("mail", "\"noc\"@example.com")]
    [InlineData("mail", "noc@localhost")]
    [InlineData("mail", "noc@[192.0.2.1]")]
    [InlineData("mail", "@example.com")]
    [InlineData("mail", ".noc@example.com")]
    [InlineData("mail", "")]
    [InlineData("fax", "+49 1")]
    [InlineData("Webhook", "https://hooks.example.com/")]
    public async Task What_can_be_no_contact_is_refused(string kind, string target)
    {
        var tenant = await stage.TenantAsync();
        var code = kind switch
        {
            "webhook" => "contact-webhook-target",
            "mail" => "contact-mail-target",
            _ => "contact-kind",
        };

        ProblemAssert.Breaks(await tenant.AddAsync(kind, target), HttpStatusCode.UnprocessableEntity, code);
    }

    [Fact]
    public async Task A_tenant_has_as_many_contacts_as_the_policy_says_and_no_more_even_at_once()
    {
        var tenant = await stage.TenantAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(number => tenant.AddAsync("mail", $"noc{number}@example.com")));

        Assert.Equal(10, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        foreach (var refused in answers.Where(answer => answer.Status != HttpStatusCode.Created))
            ProblemAssert.Breaks(refused, HttpStatusCode.UnprocessableEntity, "contacts-too-many");
        var id = answers.First(answer => answer.Status == HttpStatusCode.Created).Member("id");
        Assert.Equal(HttpStatusCode.NoContent, (await tenant.Client.AskAsync(HttpMethod.Delete, $"{NoticeTenant.Contacts}/{id}")).Status);
        Assert.Equal(HttpStatusCode.Created, (await tenant.AddAsync("mail", "room@example.com")).Status);
    }

    [Fact]
    public async Task Another_tenants_contacts_and_notices_are_not_there()
    {
        var (ours, theirs) = (await stage.TenantAsync(), await stage.TenantAsync());
        var (contact, _) = await ours.ContactAsync("webhook", stage.Hooks.Url("ours"));
        await ours.TestAsync(contact);
        var notice = await ours.AwaitStateAsync("Delivered");

        foreach (
            var (method, path) in new[]
            {
                (HttpMethod.Delete, $"{NoticeTenant.Contacts}/{contact}"),
                (HttpMethod.Post, $"{NoticeTenant.Contacts}/{contact}/test"),
            }
        )
        {
            var answer = await theirs.Client.AskAsync(method, path);
            ProblemAssert.Is(answer, HttpStatusCode.NotFound, "not-found");
            Assert.Equal(answer.Text, (await theirs.Client.AskAsync(method, path.Replace(contact, Guid.NewGuid().ToString()))).Text);
        }

        Assert.Empty((await theirs.Client.AskAsync(NoticeTenant.Contacts)).Json.GetProperty("contacts").EnumerateArray());
        Assert.Empty(await theirs.NoticesAsync());
        var before = await theirs.Client.AskAsync($"{NoticeTenant.Notices}?before={notice.GetProperty("id").GetString()}");
        Assert.Empty(before.Json.GetProperty("notices").EnumerateArray());
        Assert.Single(stage.Hooks.At("ours"));
    }

    [Fact]
    public async Task Notices_come_in_pages_the_newest_first_and_a_mistyped_filter_is_refused()
    {
        var tenant = await stage.TenantAsync();
        foreach (var number in Enumerable.Range(1, 3))
        {
            var (contact, _) = await tenant.ContactAsync("webhook", stage.Hooks.Url("pages/" + number));
            await tenant.TestAsync(contact);
        }

        var first = (await tenant.Client.AskAsync(NoticeTenant.Notices + "?limit=2")).Json;
        var second = (await tenant.Client.AskAsync(first.GetProperty("next").GetString()!.TrimStart('/'))).Json;

        Assert.Equal(
            ["3", "2", "1"],
            first
                .GetProperty("notices")
                .EnumerateArray()
                .Concat(second.GetProperty("notices").EnumerateArray())
                .Select(notice => notice.GetProperty("contact").GetProperty("target").GetString()!.Split('/')[^1])
        );
        Assert.False(second.TryGetProperty("next", out _));
        foreach (var query in (string[])["state=Lost", "state=1", "limit=0", "before=1", "sate=Failed"])
            ProblemAssert.Breaks(
                await tenant.Client.AskAsync(NoticeTenant.Notices + "?" + query),
                HttpStatusCode.BadRequest,
                "query-value"
            );
    }

    [Fact]
    public async Task A_test_that_waits_is_not_queued_again()
    {
        var tenant = await stage.TenantAsync();
        stage.Hooks.Answer("once", 500);
        var (contact, _) = await tenant.ContactAsync("webhook", stage.Hooks.Url("once"));

        var first = await tenant.TestAsync(contact);
        var second = await tenant.TestAsync(contact);

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.OK), (first.Status, second.Status));
        Assert.Equal(first.Member("id"), second.Member("id"));
        stage.Hooks.Answer("once", 200);
        await tenant.AwaitStateAsync("Delivered");
    }
}
