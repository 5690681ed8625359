using Microsoft.Playwright;
using SigningAuthority.IntegrationTests.Fixtures;

namespace SigningAuthority.BrowserTests.Browsing;

/// <summary>
/// Debian's Chromium, headless, with a home and a profile of its own that end with it. It trusts, beyond what it brings along, the
/// roots that it is given, and finds no other hosts than 127.0.0.1 and those that it is told of.
/// </summary>
internal sealed class Chromium : IAsyncDisposable
{
    private const string Executable = "/usr/bin/chromium";

    private readonly string _home;
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(string home, IPlaywright playwright, IBrowser browser) => (_home, _playwright, _browser) = (home, playwright, browser);

    /// <param name="trustedRoots">PEM files.</param>
    /// <param name="hosts">A host and port as in an address ("sprov.callme.com:443"), and where it is ("127.0.0.1:20443").</param>
    public static async Task<Chromium> StartAsync(IEnumerable<string> trustedRoots, IReadOnlyDictionary<string, string>? hosts = null)
    {
        var home = Directory.CreateTempSubdirectory("sa-chromium-").FullName;
        await TrustAsync(home, trustedRoots);
        var rules = (hosts ?? new Dictionary<string, string>()).Select(host => $"MAP {host.Key} {host.Value}");
        var playwright = await Playwright.CreateAsync();
        try
        {
            var browser = await playwright.Chromium.LaunchAsync(
                new BrowserTypeLaunchOptions
                {
                    ExecutablePath = Executable,
                    Headless = true,
                    // Root can't have it, nor can many containers; it visits nothing but what the test started.
                    ChromiumSandbox = false,
                    Env = Environment(home),
                    Args =
                    [
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-dev-shm-usage",
                        "--no-proxy-server",
                        $"--host-resolver-rules={string.Join(", ", [.. rules, "MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1"])}",
                    ],
                    Timeout = (float)Eventually.Patience.TotalMilliseconds,
                }
            );
            return new Chromium(home, playwright, browser);
        }
        catch
        {
            playwright.Dispose();
            Directory.Delete(home, recursive: true);
            throw;
        }
    }

    /// <summary>A page that shares nothing with others of this browser.</summary>
    public async Task<IPage> OpenPageAsync(BrowserNewContextOptions? options = null)
    {
        var context = await _browser.NewContextAsync(options);
        context.SetDefaultTimeout((float)Eventually.Patience.TotalMilliseconds);
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    /// <summary>Chromium on Linux reads what its user trusts from an NSS database under HOME; there it would find client certificates, too.</summary>
    private static async Task TrustAsync(string home, IEnumerable<string> roots)
    {
        var folder = Path.Combine(home, ".pki", "nssdb");
        Directory.CreateDirectory(folder);
        var database = "sql:" + folder;
        (await ExternalProgram.RunAsync("certutil", ["-N", "-d", database, "--empty-password"])).MustSucceed();
        foreach (var root in roots)
            (await ExternalProgram.RunAsync("certutil", ["-A", "-d", database, "-n", root, "-t", "C,,", "-i", root])).MustSucceed();
    }

    private static Dictionary<string, string> Environment(string home) =>
        new()
        {
            ["HOME"] = home,
            ["PATH"] = System.Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin",
            ["LANG"] = "C.UTF-8",
        };
}
