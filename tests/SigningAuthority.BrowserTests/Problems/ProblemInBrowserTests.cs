using System.Text.Json;
using Microsoft.Playwright;
using SigningAuthority.BrowserTests.Browsing;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.BrowserTests.Problems;

/// <summary>A problem answer quotes what its caller sent: a browser must never take that for a page.</summary>
[Collection(Browsers.Name)]
public sealed class ProblemInBrowserTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private const string Markup = "<script>window.hasRun = true</script>";

    [Fact]
    public async Task A_problem_opened_in_a_browser_stays_data()
    {
        await using var browser = await Chromium.StartAsync([authority.ServiceRootFile]);
        var page = await browser.OpenPageAsync(
            new BrowserNewContextOptions
            {
                ExtraHTTPHeaders = new Dictionary<string, string> { ["Authorization"] = "Bearer " + authority.AuditorToken },
            }
        );

        var response = await page.GotoAsync(
            new Uri(authority.Address, "api/v1/audit/entries?limit=" + Uri.EscapeDataString(Markup)).AbsoluteUri
        );

        Assert.Equal(400, response!.Status);
        Assert.Equal("nosniff", await response.HeaderValueAsync("X-Content-Type-Options"));
        Assert.Equal("application/problem+json", await page.EvaluateAsync<string>("document.contentType"));
        Assert.Equal(0, await page.EvaluateAsync<int>("document.scripts.length"));
        Assert.False(await page.EvaluateAsync<bool>("'hasRun' in window"));
        var shown = JsonSerializer.Deserialize<JsonElement>(await page.InnerTextAsync("body"));
        Assert.Equal(Markup, shown.GetProperty("violations")[0].GetProperty("actual").GetString());
    }

    [Theory]
    [InlineData("api/v1/provider/requests", 401)]
    [InlineData("roots/nosuch.pem", 404)]
    public async Task A_browser_without_a_credential_is_shown_why_there_is_nothing_for_it(string path, int status)
    {
        await using var browser = await Chromium.StartAsync([authority.ServiceRootFile]);
        var page = await browser.OpenPageAsync();

        var response = await page.GotoAsync(new Uri(authority.Address, path).AbsoluteUri);

        Assert.Equal(status, response!.Status);
        Assert.Equal("application/problem+json", await page.EvaluateAsync<string>("document.contentType"));
        Assert.Equal(status, JsonSerializer.Deserialize<JsonElement>(await page.InnerTextAsync("body")).GetProperty("status").GetInt32());
    }
}
