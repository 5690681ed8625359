using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Provisioning;

/// <summary>`signctl check-server` against a provider's real nginx, right and wrong in one way each.</summary>
[Collection(ProviderFlows.Name)]
public sealed class CheckServerTests(RunningAuthority authority, ProviderSite site) : IClassFixture<ProviderSite>, IClassFixture<SoundLog>
{
    private const int Refused = 2;

    [Fact]
    public async Task A_good_server_is_accepted_and_serves_the_test_device_that_an_operator_made()
    {
        var (certificate, key) = (Path.Combine(authority.Scratch, "trial.crt"), Path.Combine(authority.Scratch, "trial.key"));
        await authority.OperatorAsync(
            "test-device",
            "--mac",
            "000E08FFFF10",
            "--product",
            "SPA962",
            "--out-certificate",
            certificate,
            "--out-key",
            key
        );

        var result = await CheckAsync(site.Server, "SPA962", ["--cert", certificate, "--key", key, "--other-mac", site.Phone.Mac]);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains("\nspa9xx  any       sipura      yes\n", result.Output);
    }

    [Fact]
    public async Task Phones_of_another_generation_would_refuse_the_server_and_it_is_said_what_to_mend()
    {
        var (result, document) = await CheckJsonAsync(site.Server, "SPA962,SPA504G");

        Assert.Equal(Refused, result.ExitCode);
        Assert.Equal(
            [
                ("spa5xx", null, "cisco-sb", "chain-not-to-root"),
                ("spa5xx", "7.5.6", "cisco-2k", "chain-not-to-root"),
                ("spa5xx", "7.5.6", "cisco-sb", "chain-not-to-root"),
                ("spa9xx", null, "sipura", null),
            ],
            Rows(document).Order()
        );
        Assert.All(
            document.GetProperty("phones").EnumerateArray().SelectMany(row => row.GetProperty("reasons").EnumerateArray()),
            reason => Assert.NotEmpty(reason.GetProperty("fix").GetString()!)
        );
        Assert.Empty(document.GetProperty("findings").EnumerateArray());
    }

    [Fact]
    public async Task A_phone_with_two_roots_needs_one_of_them_only()
    {
        var (result, document) = await CheckJsonAsync(site.NewerServer, "SPA504G@7.5.6");

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal([("spa5xx", "7.5.6", "cisco-2k", "chain-not-to-root"), ("spa5xx", "7.5.6", "cisco-sb", null)], Rows(document).Order());
    }

    [Fact]
    public async Task The_roots_may_come_from_a_folder_and_then_no_service_is_asked()
    {
        var folder = Directory.CreateDirectory(Path.Combine(authority.Scratch, "roots")).FullName;
        File.Copy(site.Published("sipura.pem"), Path.Combine(folder, "sipura.pem"), overwrite: true);
        await File.WriteAllTextAsync(Path.Combine(folder, "spacroot.crt"), await authority.RootPemAsync("client"));

        var result = await RunningAuthority.SignctlAsync([.. Arguments(site.Server, "SPA962", site.Resolver), "--roots", folder]);

        Assert.True(result.ExitCode == 0, result.ToString());
    }

    [Fact]
    public async Task A_name_whose_record_leads_elsewhere_is_found()
    {
        var result = await RunningAuthority.SignctlAsync([
            .. Arguments(site.Server, "SPA962", site.WrongResolver),
            .. Service,
            "--connect",
            $"127.0.0.1:{site.Server.Port}",
        ]);

        Assert.Equal(Refused, result.ExitCode);
        Assert.Contains("address-mismatch", result.Output);
    }

    [Theory]
    [InlineData("ssl_verify_client on;", "ssl_verify_client off;", "client-certificate-not-asked")]
    [InlineData("return 403;", "break;", "mac-not-compared")]
    [InlineData("return 403;", "return 404;", "mac-comparison-not-seen")]
    [InlineData("ECDHE+AESGCM:ECDHE+CHACHA20:AES256-SHA:AES128-SHA:@SECLEVEL=2", "ECDHE+AESGCM", "handshake-failed")]
    public async Task What_is_wrong_in_the_servers_configuration_is_found(string written, string wrong, string code)
    {
        var files = site.ServerFiles;
        await using var server = await ProvisioningServer.StartAsync(
            ProviderSite.Host,
            files.Certificate,
            files.Key,
            site.Published("client-bundle.pem"),
            (written, wrong)
        );
        await server.ServeAsync(site.NewerPhone.Mac, ProviderSite.ProfileOf(site.NewerPhone));

        var (result, document) = await CheckJsonAsync(server, "SPA962", AsDevice);

        Assert.Equal(Refused, result.ExitCode);
        Assert.Equal([code], Findings(document));
    }

    [Fact]
    public async Task A_server_that_trusts_other_issuers_of_devices_is_found()
    {
        var files = site.ServerFiles;
        await using var server = await ProvisioningServer.StartAsync(
            ProviderSite.Host,
            files.Certificate,
            files.Key,
            site.Published("cisco-sb.pem")
        );

        var (result, document) = await CheckJsonAsync(server, "SPA962", AsDevice);

        Assert.Equal(Refused, result.ExitCode);
        Assert.Equal(["client-root-not-offered", "test-device-refused"], Findings(document));
    }

    [Fact]
    public async Task A_server_that_sends_more_than_its_certificate_is_found()
    {
        var files = site.ServerFiles;
        var chain = Path.Combine(authority.Scratch, "chain.pem");
        await File.WriteAllTextAsync(
            chain,
            await File.ReadAllTextAsync(files.Certificate) + await File.ReadAllTextAsync(site.CertificateOf(site.Phone))
        );
        await using var server = await ProvisioningServer.StartAsync(
            ProviderSite.Host,
            chain,
            files.Key,
            site.Published("client-bundle.pem")
        );

        var (result, document) = await CheckJsonAsync(server, "SPA962");

        Assert.Equal(Refused, result.ExitCode);
        Assert.Equal(["intermediate-sent"], Findings(document));
    }

    private string[] AsDevice =>
        ["--cert", site.CertificateOf(site.Phone), "--key", site.KeyOf(site.Phone), "--other-mac", site.NewerPhone.Mac];

    private string[] Service => ["--url", authority.Address.ToString(), "--cacert", authority.ServiceRootFile];

    private Task<ProgramResult> CheckAsync(ProvisioningServer server, string devices, string[]? more = null) =>
        RunningAuthority.SignctlAsync([.. Arguments(server, devices, site.Resolver), .. Service, .. more ?? []]);

    private async Task<(ProgramResult Result, JsonElement Document)> CheckJsonAsync(
        ProvisioningServer server,
        string devices,
        string[]? more = null
    )
    {
        var result = await CheckAsync(server, devices, ["--json", .. more ?? []]);
        Assert.True(result.OutputBytes.Length > 0, result.ToString());
        return (result, JsonSerializer.Deserialize<JsonElement>(result.OutputBytes));
    }

    private static string[] Arguments(ProvisioningServer server, string devices, string resolver) =>
        ["check-server", $"https://{ProviderSite.Host}:{server.Port}", "--device", devices, "--resolver", resolver];

    private static List<string> Findings(JsonElement document) =>
        [.. document.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("code").GetString()!)];

    private static IEnumerable<(string?, string?, string?, string?)> Rows(JsonElement document) =>
        document
            .GetProperty("phones")
            .EnumerateArray()
            .Select(row =>
                (
                    row.GetProperty("family").GetString(),
                    row.TryGetProperty("fromFirmware", out var from) ? from.GetString() : null,
                    row.GetProperty("generation").GetString(),
                    row.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetProperty("code").GetString()).SingleOrDefault()
                )
            );
}
