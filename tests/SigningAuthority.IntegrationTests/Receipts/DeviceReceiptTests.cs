using System.Net;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Stations;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.IssuanceLog.Proofs;
using SigningAuthority.IssuanceLog.Tree;
using Xunit;

namespace SigningAuthority.IntegrationTests.Receipts;

/// <summary>A station gets the receipts of the units that it drew, and of no other's.</summary>
[Collection(FactoryFlows.Name)]
public sealed class DeviceReceiptTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly HttpClient _station = authority.StationClient();

    [Fact]
    public async Task A_devices_answer_says_where_its_receipt_is_and_that_proves_the_devices_entry()
    {
        var device = FactoryDevice.Make();
        var answer = await new StationDesk(_station).SubmitAsync(device.Submission);

        var receipt = Receipt.Parse((await _station.AskAsync(answer.Member("receipt").TrimStart('/') + "?wait=30")).Body);

        var key = NoteKey.ParseVerifierKey((await authority.Client().AskAsync("log/key")).Text.TrimEnd('\n'));
        Assert.Equal(ReceiptVerdict.Proven, receipt.Check(key));
        var entry = StoredEntry.Read(receipt.Entry);
        Assert.Equal((CertificateIssued.TypeName, device.Mac, answer.Member("sha256")), (entry.Type, entry.Mac, entry.Fingerprint));
        var download = Assert.Single(
            await new IssuanceLogReader(authority).AwaitAsync($"type=receipt.downloaded&fingerprint={entry.Fingerprint}", 1)
        );
        Assert.Equal("station/" + RunningAuthority.Line, download.GetProperty("actor").GetString());
        Assert.Equal(device.Mac, download.GetProperty("mac").GetString());
    }

    [Fact]
    public async Task Each_line_of_a_batch_that_has_a_certificate_says_where_its_receipt_is()
    {
        FactoryDevice[] devices = [FactoryDevice.MakeQuickly(), FactoryDevice.MakeQuickly()];
        var lines = await new StationDesk(_station).BatchAsync([
            .. devices.Select(device => JsonSerializer.Serialize(device.Submission)),
            """{"mac": "nonsense"}""",
        ]);

        foreach (var line in lines)
        {
            if (line.GetProperty("status").GetString() == "Issued")
                Assert.Equal(
                    $"/api/v1/station/receipts/{line.GetProperty("sha256").GetString()}.tlog-proof",
                    line.GetProperty("receipt").GetString()
                );
            else
                Assert.False(line.TryGetProperty("receipt", out _));
        }

        var href = lines.First(line => line.GetProperty("status").GetString() == "Issued").GetProperty("receipt").GetString()!;
        var receipt = Receipt.Parse((await _station.AskAsync(href.TrimStart('/') + "?wait=30")).Body);
        var key = NoteKey.ParseVerifierKey((await authority.Client().AskAsync("log/key")).Text.TrimEnd('\n'));
        Assert.Equal(ReceiptVerdict.Proven, receipt.Check(key));
    }

    [Fact]
    public async Task Another_stations_receipt_is_not_there()
    {
        var answer = await new StationDesk(_station).SubmitAsync(FactoryDevice.MakeQuickly().Submission);
        await authority.AwaitSealedAsync();
        using var certificate = await authority.EnrolStationAsync("line-" + Guid.NewGuid().ToString("N")[..8]);
        var other = authority.Client(certificate: certificate);

        var path = answer.Member("receipt").TrimStart('/');
        ProblemAssert.Is(await other.AskAsync(path), HttpStatusCode.NotFound, "not-found");
        Assert.Equal(HttpStatusCode.OK, (await _station.AskAsync(path)).Status);
    }
}
