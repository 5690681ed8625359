using System.Globalization;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Requests;
using Xunit;
using Xunit.Abstractions;

namespace SigningAuthority.IntegrationTests.Faults;

/// <summary>
/// A whole line: <c>signctl station simulate</c> against two Signers, one of which is killed on the way. How many units is in
/// SA_LINE_DEVICES; tests/line/run.sh sets it.
/// </summary>
public sealed class LineRunTests(FaultedAuthority authority, ITestOutputHelper output) : FaultScenario(authority)
{
    private const int Few = 1500;
    private const string Drawn =
        "sa.signing_request r join sa.certificate c on c.request_id = r.id where r.serial like 'SIM%' and r.state = 'Issued'";

    [Fact]
    public async Task Each_unit_of_a_line_ends_in_one_certificate_though_one_of_two_signers_is_killed()
    {
        var devices = int.Parse(Environment.GetEnvironmentVariable("SA_LINE_DEVICES") ?? $"{Few}", CultureInfo.InvariantCulture);
        var doomed = await StartSignerAsync("line-doomed", nameof(Lane.Device));
        await StartSignerAsync("line-survivor", nameof(Lane.Device));
        var before = await DrawnFromOrderAsync();
        await using var line = Start(devices);
        var patience = TimeSpan.FromSeconds(120 + (devices / 50));
        await Eventually.TrueAsync(
            async () => line.HasExited || await DrawnFromOrderAsync() - before > devices / 3,
            "a third of the line is drawn",
            patience
        );
        Assert.False(line.HasExited, line.LogTail());
        await doomed.Process.KillAsync();
        Assert.Equal(0, await line.WaitForExitAsync(patience));
        output.WriteLine(line.LogTail());

        foreach (
            var what in (string[])
                ["*", "distinct r.mac", "distinct r.serial", "distinct r.spki_sha256", "distinct c.serial_number", "distinct c.der"]
        )
        {
            var count = await CountAsync($"select count({what}) from {Drawn}");
            output.WriteLine($"database: {count} {what}");
            Assert.Equal(devices, count);
        }

        Assert.Equal(0, await Workload.CountEvidenceOnOneSideAsync(Authority));
        output.WriteLine("database: log and tables agree, neither has more");
        await Running.VerifyLogAsync();
        output.WriteLine("log verify: sound");
    }

    private BackgroundProcess Start(int devices) =>
        BackgroundProcess.Start(
            BuiltProgram.Dotnet,
            [BuiltProgram.Signctl, "station", "simulate", "--devices", $"{devices}", "--parallel", "16"],
            new Dictionary<string, string>
            {
                ["SA_URL"] = Running.Address.AbsoluteUri,
                ["SA_CACERT"] = Running.ServiceRootFile,
                ["SA_STATION_CERT"] = Running.StationCertificateFile,
                ["SA_STATION_KEY"] = Running.StationKeyFile,
            },
            Running.Folder,
            Path.Combine(Running.LogFolder, "line.log")
        );

    private Task<int> DrawnFromOrderAsync() =>
        Authority.Database.ScalarAsync<int>($"select drawn from sa.production_order where name = '{RunningAuthority.StandingOrder}'");

    private Task<long> CountAsync(string sql) => Authority.Database.ScalarAsync<long>(sql);
}
