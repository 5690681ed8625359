using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Providers;
using SigningAuthority.IntegrationTests.Stations;
using Xunit;

namespace SigningAuthority.IntegrationTests.Evidence;

/// <summary>`signctl log …` against a running authority: what auditors, providers and stations do with its evidence.</summary>
[Collection(ProviderFlows.Name)]
public sealed class AuditorAtTerminalTests(RunningAuthority authority) : IClassFixture<SoundLog>, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(authority.Scratch, Guid.NewGuid().ToString("N"))).FullName;

    public async Task InitializeAsync() =>
        (await RunAsync("key", "fetch", LogAddress, "--out", At("log.pub"), "--cacert", authority.ServiceRootFile)).MustSucceed();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task The_published_key_is_that_of_the_ceremony()
    {
        await using var command = authority
            .Postgres.Connect(PostgresCluster.Superuser, authority.Database)
            .CreateCommand("select spki from sa.authority_certificate where authority = 'log'");
        var recorded = (byte[])(await command.ExecuteScalarAsync())!;
        var shown = (await RunAsync("key", "show", At("log.pub"))).MustSucceed().Output;
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(recorded)), shown);
    }

    [Fact]
    public async Task An_auditor_verifies_the_whole_log_over_the_network_mirrors_it_and_verifies_the_mirror()
    {
        (await RunAsync("verify", LogAddress, "--state", At("state"))).MustSucceed();
        (await RunAsync("mirror", LogAddress, "--to", At("mirror"))).MustSucceed();
        (await RunAsync("verify", At("mirror"))).MustSucceed();
        // That somebody read is news in the log: the next run finds it grown.
        (await RunAsync("verify", LogAddress, "--state", At("state"))).MustSucceed();
    }

    [Fact]
    public async Task Without_a_token_entries_are_refused_and_hashes_are_not()
    {
        var refused = await RunAsync(["verify", LogAddress], withToken: false);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("HTTP 401", refused.Error);
        (await RunAsync(["mirror", LogAddress, "--to", At("hashes"), "--hashes-only"], withToken: false)).MustSucceed();
        (await RunAsync("key", "make", "--name", "witness.example.org/one", "--out", At("w.key"), "--public", At("w.pub"))).MustSucceed();
        string[] witness = ["witness", LogAddress, "--key", At("w.key"), "--state", At("w.state"), "--once", "--out", At("cosigned")];
        (await RunAsync(witness, withToken: false)).MustSucceed();
        (await RunAsync(["consistency", At("cosigned"), LogAddress], withToken: false)).MustSucceed();
    }

    [Fact]
    public async Task A_providers_receipt_proves_its_certificate_offline_and_no_other()
    {
        var client = authority.Client(authority.TelcoToken);
        var desk = new ProviderDesk(client);
        var certificate = await desk.CertifyAsync(await MadeRequest.MakeAsync(_folder, "receipt.telco.net"), _folder);
        var other = await desk.CertifyAsync(await MadeRequest.MakeAsync(_folder, "receipt.telco.net"), _folder);
        var receipt = await AuditorsReceiptAsync(certificate);

        var proven = (await RunAsync(["check-receipt", certificate, receipt], withToken: false)).MustSucceed();
        Assert.Contains("receipt.telco.net", proven.Output);
        var refused = await RunAsync(["check-receipt", other, receipt], withToken: false);
        Assert.Equal(2, refused.ExitCode);
        Assert.StartsWith("signctl: another-certificate: at index ", refused.Error);
    }

    [Fact]
    public async Task A_stations_unit_has_a_receipt_too()
    {
        var station = authority.StationClient();
        var certificate = At("unit.crt");
        await File.WriteAllTextAsync(certificate, await new StationDesk(station).CertifyAsync(FactoryDevice.Make()));
        var answer = await station.AskAsync($"api/v1/station/receipts/{FingerprintOf(certificate)}.tlog-proof?wait=30");
        Assert.True(answer.Status == System.Net.HttpStatusCode.OK, answer.ToString());
        await File.WriteAllBytesAsync(At("unit.tlog-proof"), answer.Body);
        (await RunAsync("check-receipt", certificate, At("unit.tlog-proof"))).MustSucceed();
    }

    [Fact]
    public async Task An_export_is_proven_whole_and_a_line_left_out_of_it_is_found()
    {
        var answer = await authority.Client(authority.AuditorToken).AskAsync("api/v1/audit/export?from=2");
        Assert.True(answer.Status == System.Net.HttpStatusCode.OK, answer.ToString());
        await File.WriteAllBytesAsync(At("export.ndjson"), answer.Body);
        (await RunAsync("check-export", At("export.ndjson"))).MustSucceed();

        var lines = await File.ReadAllLinesAsync(At("export.ndjson"));
        await File.WriteAllLinesAsync(At("cut.ndjson"), [.. lines[..3], .. lines[4..]]);
        var refused = await RunAsync("check-export", At("cut.ndjson"));
        Assert.Equal(2, refused.ExitCode);
        Assert.StartsWith("signctl: range-not-proven: at index 4: ", refused.Error);
    }

    private string LogAddress => new Uri(authority.Address, "log").ToString();

    private string At(string name) => Path.Combine(_folder, name);

    private async Task<string> AuditorsReceiptAsync(string certificate)
    {
        var answer = await authority
            .Client(authority.AuditorToken)
            .AskAsync($"api/v1/audit/receipts/{FingerprintOf(certificate)}.tlog-proof?wait=30");
        Assert.True(answer.Status == System.Net.HttpStatusCode.OK, answer.ToString());
        var file = certificate + ".tlog-proof";
        await File.WriteAllBytesAsync(file, answer.Body);
        return file;
    }

    private static string FingerprintOf(string file)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(file);
        return Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));
    }

    private Task<ProgramResult> RunAsync(params string[] arguments) => RunAsync(arguments, withToken: true);

    private Task<ProgramResult> RunAsync(string[] arguments, bool withToken) =>
        ExternalProgram.RunAsync(
            BuiltProgram.Dotnet,
            [BuiltProgram.Signctl, "log", .. arguments],
            new Dictionary<string, string>
            {
                ["SA_LOG_KEY"] = At("log.pub"),
                ["SA_CACERT"] = authority.ServiceRootFile,
                ["SA_AUDITOR_TOKEN"] = withToken ? authority.AuditorToken : "",
            }
        );
}
