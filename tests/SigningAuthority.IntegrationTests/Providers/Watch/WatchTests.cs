using System.Net;
using System.Text.Json;
using System.Xml.Linq;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Lineage;
using Xunit;

namespace SigningAuthority.IntegrationTests.Providers.Watch;

/// <summary>What a provider sees of certificates for its names: all of them, and of others' requests nothing but the certificate.</summary>
[Collection(ProviderFlows.Name)]
public sealed class WatchTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private const string Certificates = "api/v1/provider/watch/certificates";
    private const string Feed = "api/v1/provider/watch/feed.atom";

    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";

    private readonly HttpClient _telco = authority.Client(authority.TelcoToken);
    private readonly HttpClient _other = authority.Client(authority.OtherTelcoToken);

    [Fact]
    public async Task Whoever_holds_a_name_sees_what_was_issued_for_it_and_never_whose_it_was()
    {
        var name = $"w{Guid.NewGuid():N}.example.info";
        await authority.OperatorAsync("name", "add", RunningAuthority.Telco, name);
        var (request, _) = await new LineageDesk(_telco, authority.Scratch).IssueAsync("prov." + name);
        var own = await AwaitAsync(_telco, "prov." + name);
        Assert.True(own.GetProperty("own").GetBoolean());
        await authority.OperatorAsync("name", "withdraw", RunningAuthority.Telco, name);
        await authority.OperatorAsync("name", "add", RunningAuthority.OtherTelco, name);

        var seen = await AwaitAsync(_other, "prov." + name);

        Assert.False(seen.GetProperty("own").GetBoolean());
        foreach (var member in (string[])["index", "sha256", "serialNumber", "generation", "notBefore", "notAfter", "receipt"])
            Assert.Equal(own.GetProperty(member).GetRawText(), seen.GetProperty(member).GetRawText());
        Assert.DoesNotContain(request, seen.GetRawText());
        Assert.DoesNotContain(RunningAuthority.Telco, seen.GetRawText());
        Assert.DoesNotContain(await AllAsync(_telco), certificate => certificate.GetProperty("fqdn").GetString() == "prov." + name);
    }

    [Fact]
    public async Task Pages_follow_one_another_and_the_last_says_where_the_next_certificate_will_be()
    {
        var desk = new LineageDesk(_telco, authority.Scratch);
        var name = $"w{Guid.NewGuid():N}.telco.net";
        await desk.IssueAsync(name, "SPA962", "SPA504G");
        await AwaitAsync(_telco, name);
        var all = await AllAsync(_telco);
        Assert.Equal(all.Select(Index).Order().Distinct(), all.Select(Index));

        var next = $"/{Certificates}?limit=1";
        var one = new List<JsonElement>();
        for (var page = await PageAsync(next); page.Count > 0; page = await PageAsync(next))
            one.AddRange(page);

        Assert.Equal(all.Select(Index), one.Select(Index));
        await desk.IssueAsync("later." + name);
        await Eventually.TrueAsync(async () => (await PageAsync(next)).Count == 1, "the certificate that was issued since");
        return;

        async Task<IReadOnlyList<JsonElement>> PageAsync(string href)
        {
            var page = (await _telco.AskAsync(href.TrimStart('/'))).Json;
            next = page.GetProperty("next").GetString()!;
            return [.. page.GetProperty("certificates").EnumerateArray()];
        }
    }

    [Fact]
    public async Task A_name_that_only_looks_like_one_below_ours_is_not_watched()
    {
        var lookalike = $"evil{Guid.NewGuid():N}telco.net";
        await authority.OperatorAsync("name", "add", RunningAuthority.OtherTelco, lookalike);
        await new LineageDesk(_other, authority.Scratch).IssueAsync(lookalike);
        await AwaitAsync(_other, lookalike);

        Assert.DoesNotContain(await AllAsync(_telco), certificate => certificate.GetProperty("fqdn").GetString() == lookalike);
    }

    [Fact]
    public async Task The_feed_is_Atom_with_the_newest_first_and_is_sent_again_only_when_it_has_changed()
    {
        var name = $"w{Guid.NewGuid():N}.telco.net";
        await new LineageDesk(_telco, authority.Scratch).IssueAsync(name);
        var certificate = await AwaitAsync(_telco, name);

        var answer = await _telco.AskAsync(Feed);

        Assert.Equal("application/atom+xml", answer.MediaType);
        var feed = XDocument.Parse(answer.Text).Root!;
        foreach (var required in (string[])["id", "title", "updated", "author"])
            Assert.NotNull(feed.Element(Atom + required));
        var entries = feed.Elements(Atom + "entry").ToList();
        Assert.InRange(entries.Count, 1, 50);
        Assert.Equal(entries.Count, entries.Select(entry => entry.Element(Atom + "id")!.Value).Distinct().Count());
        var times = entries.Select(entry => DateTimeOffset.Parse(entry.Element(Atom + "updated")!.Value)).ToList();
        Assert.Equal(times[0], DateTimeOffset.Parse(feed.Element(Atom + "updated")!.Value));
        var own = Assert.Single(entries, entry => entry.Element(Atom + "title")!.Value.StartsWith(name));
        Assert.Equal("urn:signingauthority:certificate:" + certificate.GetProperty("sha256").GetString(), own.Element(Atom + "id")!.Value);
        Assert.EndsWith(certificate.GetProperty("receipt").GetString()!, own.Element(Atom + "link")!.Attribute("href")!.Value);
        Assert.Contains(certificate.GetProperty("serialNumber").GetString()!, own.Element(Atom + "content")!.Value);

        await Eventually.TrueAsync(
            async () =>
            {
                var tag = (await _telco.AskAsync(Feed)).ETag!;
                return (await _telco.AskAsync(Feed, ("If-None-Match", tag))).Status == HttpStatusCode.NotModified;
            },
            "a feed that nothing came to"
        );
    }

    private static long Index(JsonElement certificate) => certificate.GetProperty("index").GetInt64();

    private static async Task<IReadOnlyList<JsonElement>> AllAsync(HttpClient client) =>
        [.. (await client.AskAsync(Certificates + "?limit=500")).Json.GetProperty("certificates").EnumerateArray()];

    private static async Task<JsonElement> AwaitAsync(HttpClient client, string fqdn)
    {
        IReadOnlyList<JsonElement> found = [];
        await Eventually.TrueAsync(
            async () => (found = [.. (await AllAsync(client)).Where(c => c.GetProperty("fqdn").GetString() == fqdn)]).Count > 0,
            $"a certificate of {fqdn}"
        );
        return found[0];
    }
}
