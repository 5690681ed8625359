using System.Text.RegularExpressions;
using Microsoft.Playwright;
using SigningAuthority.BrowserTests.Browsing;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.BrowserTests.Publication;

/// <summary>/providers, as somebody reads it who wants a certificate: what it says to type exists, and where it leads is something.</summary>
[Collection(Browsers.Name)]
public sealed partial class ProvidersPageTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    [Fact]
    public async Task The_page_renders_without_script_and_its_links_lead_somewhere()
    {
        await using var browser = await Chromium.StartAsync([authority.ServiceRootFile]);
        var page = await browser.OpenPageAsync();
        var complaints = new Complaints(page);

        var response = await page.GotoAsync(Address, new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });

        Assert.Equal(200, response!.Status);
        Assert.Empty(complaints.All);
        Assert.Equal(0, await page.EvaluateAsync<int>("document.scripts.length"));
        // The policy names the style by its hash: one that had changed would not apply.
        Assert.Equal("16px", await page.EvaluateAsync<string>("getComputedStyle(document.body).paddingLeft"));
        var links = await page.EvaluateAsync<string[]>("[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))");
        Assert.NotEmpty(links);
        foreach (var link in links)
            Assert.True(
                link.StartsWith('#')
                    ? await page.Locator(link).CountAsync() == 1
                    : (await authority.Client().AskAsync(link.TrimStart('/'))).Status == System.Net.HttpStatusCode.OK,
                link
            );
    }

    [Fact]
    public async Task The_page_can_be_read_on_a_phone()
    {
        await using var browser = await Chromium.StartAsync([authority.ServiceRootFile]);
        var page = await browser.OpenPageAsync(
            new BrowserNewContextOptions
            {
                ViewportSize = new ViewportSize { Width = 360, Height = 740 },
                IsMobile = true,
                HasTouch = true,
            }
        );
        await page.GotoAsync(Address);

        Assert.Equal(360, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    [Fact]
    public async Task Every_command_on_the_page_exists_and_the_service_is_the_one_that_was_asked()
    {
        var commands = await CommandsAsync();
        Assert.Contains($"export SA_URL={authority.Address.GetLeftPart(UriPartial.Authority)}", commands);

        var signctl = commands.Where(command => command.StartsWith("signctl ", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(signctl);
        foreach (var command in signctl)
        {
            var words = command.Split(' ').Skip(1).TakeWhile(word => Verb().IsMatch(word)).Take(2).ToArray();
            // "submit", or "name prove": the second word may be an argument.
            var help = await RunningAuthority.SignctlAsync([.. words, "--help"]);
            if (help.ExitCode != 0)
                help = await RunningAuthority.SignctlAsync(words[0], "--help");
            Assert.True(help.ExitCode == 0 && help.Output.Contains("signctl " + words[0]), $"{command}\n{help}");
            foreach (var option in command.Split(' ').Where(word => word.StartsWith("--", StringComparison.Ordinal)))
                Assert.True(help.Output.Contains(option), $"{option} of {command}\n{help}");
        }
    }

    [Fact]
    public async Task Every_API_address_on_the_page_is_a_route()
    {
        var routes = (await authority.Client().AskAsync("openapi/v1.json"))
            .Json.GetProperty("paths")
            .EnumerateObject()
            .Select(path => path.Name);

        foreach (var path in (await CommandsAsync()).SelectMany(command => ApiPath().Matches(command)).Select(match => match.Value))
            Assert.Contains(path, routes);
    }

    private string Address => new Uri(authority.Address, "providers").AbsoluteUri;

    private async Task<IReadOnlyList<string>> CommandsAsync()
    {
        await using var browser = await Chromium.StartAsync([authority.ServiceRootFile]);
        var page = await browser.OpenPageAsync();
        await page.GotoAsync(Address);
        var blocks = await page.Locator("pre").AllInnerTextsAsync();
        return [.. blocks.SelectMany(block => block.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
    }

    [GeneratedRegex("^[a-z-]+$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Verb();

    [GeneratedRegex("/api/v1/[a-z/-]+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ApiPath();
}
