using Microsoft.Playwright;
using SigningAuthority.BrowserTests.Browsing;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.BrowserTests.Provisioning;

[Collection(Browsers.Name)]
public sealed class BrowserAtProvisioningServerTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private const string OtherName = "other.callme.com";

    [Fact]
    public async Task A_browser_without_a_client_certificate_is_turned_away()
    {
        await using var server = await BrowsedServer.StartAsync(authority, "sprov.callme.com");
        await using var browser = await BrowserAsync(server, await RootAsync("sipura"));
        var page = await browser.OpenPageAsync();

        var response = await page.GotoAsync($"https://{server.Fqdn}/{BrowsedServer.Mac}.cfg");

        Assert.Equal(400, response!.Status);
        Assert.Contains("No required SSL certificate was sent", await page.InnerTextAsync("body"));
        Assert.DoesNotContain("flat-profile", await page.ContentAsync());
        Assert.Equal(BrowsedServer.DeviceFileContent, await FetchAsDeviceAsync(server));
    }

    [Theory]
    [InlineData("sprov.callme.com")]
    [InlineData("pv.telco.net/mailto:admin@telco.net")]
    [InlineData("prof.voice.com/info@voice.com")]
    public async Task A_browser_that_trusts_the_generations_root_accepts_the_servers_certificate(string commonName)
    {
        await using var server = await BrowsedServer.StartAsync(authority, commonName);
        await using var browser = await BrowserAsync(server, await RootAsync("sipura"));
        var page = await browser.OpenPageAsync();

        var response = await page.GotoAsync($"https://{server.Fqdn}/");

        // Whatever nginx answers then, it is the answer of a server whose name and chain Chromium accepted.
        var security = await response!.SecurityDetailsAsync();
        Assert.Equal(commonName, security!.SubjectName);
        Assert.Equal("Sipura CA", security.Issuer);
        Assert.Equal("TLS 1.3", security.Protocol);
    }

    [Fact]
    public async Task A_browser_accepts_the_certificate_neither_of_a_root_it_lacks_nor_for_another_name()
    {
        await using var server = await BrowsedServer.StartAsync(authority, "sprov.callme.com");
        await using var otherGeneration = await BrowserAsync(server, await RootAsync("cisco-sb"));
        await using var sameGeneration = await BrowserAsync(server, await RootAsync("sipura"));

        Assert.Contains("net::ERR_CERT_AUTHORITY_INVALID", await RefusalAsync(otherGeneration, server.Fqdn));
        Assert.Contains("net::ERR_CERT_COMMON_NAME_INVALID", await RefusalAsync(sameGeneration, OtherName));
    }

    private static Task<Chromium> BrowserAsync(BrowsedServer server, string root) =>
        Chromium.StartAsync(
            [root],
            new Dictionary<string, string> { [server.Fqdn + ":443"] = server.Socket, [OtherName + ":443"] = server.Socket }
        );

    private static async Task<string> RefusalAsync(Chromium browser, string host)
    {
        var page = await browser.OpenPageAsync();
        return (await Assert.ThrowsAsync<PlaywrightException>(() => page.GotoAsync($"https://{host}/"))).Message;
    }

    private async Task<string> RootAsync(string generation)
    {
        var file = Path.Combine(authority.Scratch, generation + "-root.pem");
        await File.WriteAllTextAsync(file, await authority.RootPemAsync(generation));
        return file;
    }

    /// <summary>The same address with the device's own certificate: what was withheld is there.</summary>
    private async Task<string> FetchAsDeviceAsync(BrowsedServer server)
    {
        var stem = Path.Combine(authority.Scratch, BrowsedServer.Mac);
        await OpenSsl.RunAsync(
            "req",
            "-new",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-sha256",
            "-keyout",
            stem + ".key",
            "-out",
            stem + ".csr",
            "-subj",
            "/CN=" + BrowsedServer.Mac
        );
        (
            await RunningAuthority.SignctlAsync(
                "device",
                "--mac",
                BrowsedServer.Mac,
                "--serial",
                "FM500F720001",
                "--product",
                "SPA962",
                "--csr",
                stem + ".csr",
                "--out",
                stem + ".crt",
                "--url",
                authority.Address.AbsoluteUri,
                "--cacert",
                authority.ServiceRootFile,
                "--cert",
                authority.StationCertificateFile,
                "--key",
                authority.StationKeyFile
            )
        ).MustSucceed();
        return (
            await ExternalProgram.RunAsync(
                "curl",
                [
                    "--silent",
                    "--show-error",
                    "--fail",
                    "--cacert",
                    await RootAsync("sipura"),
                    "--cert",
                    stem + ".crt",
                    "--key",
                    stem + ".key",
                    "--connect-to",
                    $"{server.Fqdn}:443:{server.Socket}",
                    $"https://{server.Fqdn}/{BrowsedServer.Mac}.cfg",
                ]
            )
        )
            .MustSucceed()
            .Output;
    }
}
