using System.Net;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Publication;

/// <summary>The roots: public, in each form, at addresses that do not change.</summary>
[Collection(ProviderFlows.Name)]
public sealed class RootsTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private static readonly string[] Public = ["sipura", "linksys", "cisco-sb", "cisco-2k", "client"];

    private readonly HttpClient _anybody = authority.Client();

    [Fact]
    public async Task Each_root_is_there_as_PEM_and_DER_and_is_the_one_of_the_ceremony()
    {
        foreach (var id in Public)
        {
            using var expected = X509Certificate2.CreateFromPem(await authority.RootPemAsync(id));
            Assert.Equal(expected.RawData, (await _anybody.AskAsync($"roots/{id}.der")).Body);
            foreach (var extension in (string[])["pem", "crt"])
            {
                using var published = X509Certificate2.CreateFromPem((await _anybody.AskAsync($"roots/{id}.{extension}")).Text);
                Assert.Equal(expected.RawData, published.RawData);
            }
        }
    }

    [Fact]
    public async Task The_client_root_has_the_name_of_the_guides_and_bundles_hold_their_kind()
    {
        var client = await authority.RootPemAsync("client");
        Assert.Equal(client.Trim(), (await _anybody.AskAsync("roots/spacroot.crt")).Text.Trim());
        Assert.Equal(await SubjectsAsync("client"), Bundle(await _anybody.AskAsync("roots/client-bundle.pem")));
        Assert.Equal(await SubjectsAsync(Public[..4]), Bundle(await _anybody.AskAsync("roots/server-bundle.pem")));
    }

    [Fact]
    public async Task Authorities_that_are_nobodys_business_are_not_published()
    {
        foreach (var file in (string[])["station.pem", "service.pem", "log.pem", "sipura.key", "..%2Fapi.key", "sipura.pem.bak"])
            ProblemAssert.Is(await _anybody.AskAsync("roots/" + file), HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Who_has_the_newest_is_told_so()
    {
        var first = await _anybody.AskAsync("roots/client-bundle.pem");
        Assert.NotNull(first.ETag);

        var again = await _anybody.AskAsync("roots/client-bundle.pem", ("If-None-Match", first.ETag));
        var head = await _anybody.AskAsync(HttpMethod.Head, "roots/client-bundle.pem");

        Assert.Equal(HttpStatusCode.NotModified, again.Status);
        Assert.Empty(again.Body);
        Assert.Equal((HttpStatusCode.OK, first.ETag), (head.Status, head.ETag));
    }

    [Fact]
    public async Task The_page_for_people_shows_each_fingerprint_and_links_that_work()
    {
        var page = await _anybody.AskAsync("roots/");
        Assert.Equal("text/html", page.MediaType);
        foreach (var id in Public)
        {
            using var root = X509Certificate2.CreateFromPem(await authority.RootPemAsync(id));
            Assert.Contains(root.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256), page.Text);
        }

        foreach (
            var link in System
                .Text.RegularExpressions.Regex.Matches(page.Text, "href=\"/(?<path>[^\"]+)\"")
                .Select(match => match.Groups["path"].Value)
        )
            Assert.Equal(HttpStatusCode.OK, (await _anybody.AskAsync(link)).Status);
    }

    [Fact]
    public async Task Without_TLS_there_is_what_is_public_and_nothing_else()
    {
        using var plain = new HttpClient { BaseAddress = authority.PlainAddress };
        Assert.Equal((await _anybody.AskAsync("roots/spacroot.crt")).Text, (await plain.AskAsync("roots/spacroot.crt")).Text);
        foreach (var path in (string[])["api/v1/provider/requests", "api/v1/audit/entries", "api/v1/station/devices"])
            Assert.Equal(HttpStatusCode.NotFound, (await plain.AskAsync(path)).Status);
    }

    private async Task<IReadOnlyList<string>> SubjectsAsync(params string[] ids)
    {
        var subjects = new List<string>();
        foreach (var id in ids)
        {
            using var root = X509Certificate2.CreateFromPem(await authority.RootPemAsync(id));
            subjects.Add(root.Subject);
        }

        return [.. subjects.Order()];
    }

    private static IReadOnlyList<string> Bundle(Answer answer)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(answer.Text);
        return [.. certificates.Select(certificate => certificate.Subject).Order()];
    }
}
