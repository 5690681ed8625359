using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Provisioning;

/// <summary>Real handshakes between a provider's nginx and a phone's firmware as `signctl phone` plays it.</summary>
[Collection(ProviderFlows.Name)]
public sealed class PhoneTests(RunningAuthority authority, ProviderSite site) : IClassFixture<ProviderSite>, IClassFixture<SoundLog>
{
    private const int Refused = 2;

    [Theory]
    [InlineData("$MAU.cfg")]
    [InlineData("$MA.cfg")]
    public async Task A_phone_accepts_the_server_of_its_generation_and_fetches_its_own_file(string file)
    {
        if (file == "$MA.cfg")
            await site.Server.ServeAsync(site.Phone.Mac.ToLowerInvariant(), ProviderSite.ProfileOf(site.Phone));

        var older = await site.FetchAsync(site.Phone, site.Server, "sipura", file);

        Assert.Equal(ProviderSite.ProfileOf(site.Phone), older.MustSucceed().Output);
    }

    [Fact]
    public async Task A_phone_of_another_generation_accepts_the_server_that_has_its_certificate()
    {
        Assert.Equal(
            ProviderSite.ProfileOf(site.NewerPhone),
            (await site.FetchAsync(site.NewerPhone, site.NewerServer, "cisco-sb")).MustSucceed().Output
        );
    }

    [Fact]
    public async Task A_phone_of_the_wrong_generation_refuses_the_server()
    {
        RefusedBecause("chain-not-to-root", await site.FetchAsync(site.NewerPhone, site.Server, "cisco-sb"));
        RefusedBecause("chain-not-to-root", await site.FetchAsync(site.Phone, site.NewerServer, "sipura"));
    }

    [Fact]
    public async Task A_spoofed_server_is_refused_though_its_root_has_the_right_name()
    {
        RefusedBecause("chain-not-to-root", await site.FetchAsync(site.Phone, site.Spoof, "sipura"));
    }

    [Fact]
    public async Task A_server_at_another_address_than_the_names_record_is_refused()
    {
        RefusedBecause(
            "address-mismatch",
            await site.FetchAsync(
                site.Phone,
                site.Server,
                "sipura",
                resolver: site.WrongResolver,
                more: ["--connect", $"127.0.0.1:{site.Server.Port}"]
            )
        );
    }

    [Fact]
    public async Task A_device_that_asks_for_anothers_file_is_refused()
    {
        RefusedBecause("other-device-file", await site.FetchAsync(site.Phone, site.Server, "sipura", site.NewerPhone.Mac + ".cfg"));
    }

    [Fact]
    public async Task A_phone_without_its_certificate_is_refused()
    {
        var result = await RunningAuthority.SignctlAsync(
            "phone",
            $"https://{ProviderSite.Host}:{site.Server.Port}/$MAU.cfg",
            "--root",
            site.Published("sipura.pem"),
            "--mac",
            site.Phone.Mac,
            "--resolver",
            site.Resolver
        );
        RefusedBecause("client-certificate-refused", result);
    }

    [Fact]
    public async Task A_browser_without_a_client_certificate_and_one_with_a_strangers_get_nothing()
    {
        Assert.Contains("No required SSL certificate was sent", await BrowseAsync());

        var stem = Path.Combine(authority.Scratch, "stranger");
        await OpenSsl.RunAsync(
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "30",
            "-subj",
            "/CN=" + site.Phone.Mac,
            "-keyout",
            stem + ".key",
            "-out",
            stem + ".crt"
        );
        Assert.Contains("The SSL certificate error", await BrowseAsync("--cert", stem + ".crt", "--key", stem + ".key"));
    }

    private async Task<string> BrowseAsync(params string[] more)
    {
        var result = (
            await ExternalProgram.RunAsync(
                "curl",
                [
                    "--silent",
                    "--show-error",
                    "--cacert",
                    site.Published("sipura.pem"),
                    "--resolve",
                    $"{ProviderSite.Host}:{site.Server.Port}:127.0.0.1",
                    "--write-out",
                    "%{http_code}",
                    .. more,
                    $"https://{ProviderSite.Host}:{site.Server.Port}/{site.Phone.Mac}.cfg",
                ]
            )
        )
            .MustSucceed()
            .Output;
        Assert.EndsWith("400", result);
        Assert.DoesNotContain(site.Phone.Serial, result);
        return result;
    }

    private static void RefusedBecause(string code, ProgramResult result)
    {
        Assert.True(result.ExitCode == Refused, result.ToString());
        Assert.StartsWith(code + ":", result.Error);
        Assert.Empty(result.Output);
    }
}
