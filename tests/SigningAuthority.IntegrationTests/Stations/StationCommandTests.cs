using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using Xunit;

namespace SigningAuthority.IntegrationTests.Stations;

/// <summary><c>signctl station</c>, as a line runs it.</summary>
[Collection(FactoryFlows.Name)]
public sealed class StationCommandTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(authority.Scratch, Guid.NewGuid().ToString("N"))).FullName;

    [Fact]
    public async Task A_station_enrols_itself_with_the_command_that_it_prints_for_the_operator()
    {
        string[] enrol = ["station", "enrol", "line-77", "--folder", _folder];
        var first = await RunningAuthority.SignctlAsync(enrol);
        Assert.Equal(4, first.ExitCode);
        var key = await File.ReadAllTextAsync(FileOf("line-77.key"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FileOf("line-77.key")));

        // The operator's words follow "operator".
        await authority.OperatorAsync(first.Output.Trim().Split(' ')[1..]);
        var second = (await RunningAuthority.SignctlAsync(enrol)).MustSucceed();

        Assert.Contains($"SA_STATION_KEY='{FileOf("line-77.key")}'", second.Output, StringComparison.Ordinal);
        Assert.Equal(key, await File.ReadAllTextAsync(FileOf("line-77.key")));
        (await SimulateAsync(5, FileOf("line-77"))).MustSucceed();
    }

    [Fact]
    public async Task One_device_is_drawn_drawn_again_and_reissued()
    {
        var device = FactoryDevice.MakeQuickly();
        var reworked = device with { Key = FactoryDevice.MakeQuickly().Key };
        var first = (await DrawAsync("device", device)).MustSucceed();
        var again = (await DrawAsync("device", device)).MustSucceed();
        var conflict = await DrawAsync("device", reworked);
        var other = (await DrawAsync("reissue", reworked, "--reason", "rework", "--note", "bench 3")).MustSucceed();

        Assert.StartsWith("-----BEGIN CERTIFICATE-----", first.Output, StringComparison.Ordinal);
        Assert.Equal(first.Output, again.Output);
        Assert.Equal(2, conflict.ExitCode);
        Assert.Contains("device-has-another-key", conflict.Error, StringComparison.Ordinal);
        Assert.NotEqual(first.Output, other.Output);
    }

    [Fact]
    public async Task A_simulated_line_that_was_killed_goes_on_where_it_stood_and_draws_nothing_twice()
    {
        const int Devices = 400;
        var journal = FileOf("certificates.ndjson");
        var killed = BackgroundProcess.Start(
            BuiltProgram.Dotnet,
            [BuiltProgram.Signctl, .. Simulate(Devices, "--batch", "50", "--parallel", "2")],
            new Dictionary<string, string>(),
            _folder,
            FileOf("killed.log")
        );
        await using (killed)
        {
            await killed.WaitUntilAsync(() => Task.FromResult(File.Exists(journal) && new FileInfo(journal).Length > 20_000));
            await killed.KillAsync();
        }

        var before = await File.ReadAllTextAsync(journal);
        // As a kill in the middle of writing would leave it.
        await File.AppendAllTextAsync(journal, "{\"unit\":3");
        var first = (await RunningAuthority.SignctlAsync(Simulate(Devices))).MustSucceed();
        var second = (await RunningAuthority.SignctlAsync(Simulate(Devices))).MustSucceed();

        var lines = await File.ReadAllLinesAsync(journal);
        Assert.StartsWith(before[..before.LastIndexOf('\n')], string.Join('\n', lines), StringComparison.Ordinal);
        Assert.Equal(
            Devices,
            lines.Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("sha256").GetString()).Distinct().Count()
        );
        Assert.Contains($"{Devices} of {Devices} units", first.Output, StringComparison.Ordinal);
        Assert.Contains($"{Devices} of them from before", second.Output, StringComparison.Ordinal);
        Assert.Equal(
            Devices,
            await CertificatesFromAsync(JsonSerializer.Deserialize<JsonElement>(lines[0]).GetProperty("mac").GetString()![..8])
        );
        // Another line's units in this folder would be drawn a second time.
        Assert.Equal(1, (await RunningAuthority.SignctlAsync(Simulate(Devices + 1))).ExitCode);
    }

    [Fact]
    public async Task A_simulated_line_whose_batches_are_refused_stops_and_says_why()
    {
        const string name = "line-simulated-gone";
        (await authority.EnrolStationAsync(name)).Dispose();
        await authority.OperatorAsync("station", "revoke", name);

        var result = await RunningAuthority.SignctlAsync([
            "station",
            "simulate",
            "--devices",
            "2",
            "--batch",
            "2",
            "--patience",
            "20",
            .. Connection(Path.Combine(authority.Folder, name)),
        ]);

        Assert.Equal(2, result.ExitCode);
        Assert.Matches("2 × (unauthenticated|forbidden)", result.Output);
    }

    private string FileOf(string name) => Path.Combine(_folder, name);

    private string[] Connection(string? station = null) =>
        [
            "--url",
            authority.Address.AbsoluteUri,
            "--cacert",
            authority.ServiceRootFile,
            "--cert",
            station is null ? authority.StationCertificateFile : station + ".crt",
            "--key",
            station is null ? authority.StationKeyFile : station + ".key",
        ];

    /// <summary>Units that no other test makes, in a block of addresses of their own.</summary>
    private string[] Simulate(int devices, params string[] more) =>
        [
            "station",
            "simulate",
            "--devices",
            $"{devices}",
            "--state",
            _folder,
            "--order",
            RunningAuthority.StandingOrder,
            "--first-mac",
            "000E08D10000",
            .. Connection(),
            .. more,
        ];

    private Task<ProgramResult> SimulateAsync(int devices, string station) =>
        RunningAuthority.SignctlAsync([
            "station",
            "simulate",
            "--devices",
            $"{devices}",
            "--order",
            RunningAuthority.StandingOrder,
            .. Connection(station),
        ]);

    private async Task<ProgramResult> DrawAsync(string command, FactoryDevice device, params string[] more)
    {
        var csr = FileOf(Guid.NewGuid() + ".csr");
        await File.WriteAllTextAsync(csr, device.Csr);
        return await RunningAuthority.SignctlAsync([
            "station",
            command,
            "--mac",
            device.Mac,
            "--serial",
            device.Serial,
            "--product",
            device.Product,
            "--csr",
            csr,
            "--order",
            RunningAuthority.StandingOrder,
            .. Connection(),
            .. more,
        ]);
    }

    private Task<long> CertificatesFromAsync(string macs) =>
        authority
            .Postgres.Connect(PostgresCluster.Superuser, authority.Database)
            .ScalarAsync<long>(
                $"select count(*) from sa.certificate c join sa.signing_request r on r.id = c.request_id where r.mac like '{macs}%'"
            );
}
