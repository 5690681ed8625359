using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Playwright;
using SigningAuthority.BrowserTests.Browsing;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Configuration;
using Xunit;

namespace SigningAuthority.BrowserTests.Publication;

/// <summary>/roots/, as somebody sees it who has come for a root.</summary>
[Collection(Browsers.Name)]
public sealed class RootsPageTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private static readonly IReadOnlyList<AuthorityDefinition> Published =
    [
        .. AuthorityConfiguration
            .Load(Repository.CaConfig)
            .Authorities.Where(authority => authority.Purpose is AuthorityPurpose.ServerRoot or AuthorityPurpose.ClientRoot),
    ];

    /// <summary>Adds one to the page and says which part of the policy forbade it.</summary>
    private const string AddScript = """
        () => new Promise(resolve => {
            document.addEventListener('securitypolicyviolation', violation => resolve(violation.effectiveDirective));
            const script = document.createElement('script');
            script.textContent = 'window.hasRun = true';
            document.body.append(script);
            if (window.hasRun) resolve('it ran');
        })
        """;

    [Fact]
    public async Task Every_generation_is_shown_with_its_fingerprint_and_links_to_files_that_have_it()
    {
        await using var browser = await Chromium.StartAsync([authority.ServiceRootFile]);
        var page = await browser.OpenPageAsync();
        await page.GotoAsync(RootsAddress);

        Assert.Equal(Published.Select(root => root.DisplayName).Order(), (await page.Locator("dt").AllInnerTextsAsync()).Order());
        foreach (var published in Published)
        {
            using var root = X509Certificate2.CreateFromPem(await authority.RootPemAsync(published.Id));
            var shown = page.Locator($"xpath=//dt[.='{published.DisplayName}']/following-sibling::dd");
            var fingerprint = await shown.Locator("code").First.InnerTextAsync();
            Assert.Equal(root.GetCertHashString(HashAlgorithmName.SHA256), fingerprint);

            foreach (var extension in (string[])["pem", "crt", "der"])
            {
                var file = await DownloadAsync(page, shown.Locator($"a[href$='.{extension}']").First);
                Assert.Equal(fingerprint, Convert.ToHexString(SHA256.HashData(extension == "der" ? file : DerOf(file))));
            }
        }
    }

    [Fact]
    public async Task The_page_has_no_script_and_lets_none_run()
    {
        await using var browser = await Chromium.StartAsync([authority.ServiceRootFile]);
        var page = await browser.OpenPageAsync();
        var complaints = new Complaints(page);

        await page.GotoAsync(RootsAddress, new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });
        Assert.Empty(complaints.All);
        Assert.Equal(0, await page.EvaluateAsync<int>("document.scripts.length"));
        // The policy names the style by its hash: one that had changed would not apply.
        Assert.Equal("16px", await page.EvaluateAsync<string>("getComputedStyle(document.body).paddingLeft"));

        var directive = "";
        await page.RunAndWaitForConsoleMessageAsync(
            async () => directive = await page.EvaluateAsync<string>(AddScript),
            new PageRunAndWaitForConsoleMessageOptions { Predicate = message => message.Text.Contains("Content Security Policy") }
        );
        Assert.Equal("script-src-elem", directive);
        Assert.NotEmpty(complaints.All);
    }

    [Fact]
    public async Task The_page_can_be_read_on_a_phone()
    {
        await using var browser = await Chromium.StartAsync([authority.ServiceRootFile]);
        var page = await browser.OpenPageAsync(
            new BrowserNewContextOptions
            {
                ViewportSize = new ViewportSize { Width = 360, Height = 740 },
                DeviceScaleFactor = 2,
                IsMobile = true,
                HasTouch = true,
            }
        );
        await page.GotoAsync(RootsAddress);

        Assert.Equal(360, await page.EvaluateAsync<int>("innerWidth"));
        Assert.Equal(360, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        // Nothing sticks out: neither the fingerprints, which have no spaces, nor anything else.
        Assert.Empty(
            await page.EvaluateAsync<string[]>(
                "[...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML)"
            )
        );
        Assert.True(
            await page.EvaluateAsync<double>(
                "Math.min(...[...document.querySelectorAll('p, dt, dd, a')].map(e => parseFloat(getComputedStyle(e).fontSize)))"
            ) >= 16
        );
    }

    private string RootsAddress => new Uri(authority.Address, "roots/").AbsoluteUri;

    private static async Task<byte[]> DownloadAsync(IPage page, ILocator link)
    {
        var download = await page.RunAndWaitForDownloadAsync(() => link.ClickAsync());
        return await File.ReadAllBytesAsync(await download.PathAsync());
    }

    private static byte[] DerOf(byte[] pem)
    {
        using var certificate = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(pem));
        return certificate.RawData;
    }
}
