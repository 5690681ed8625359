using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Providers;
using SigningAuthority.IntegrationTests.Stations;
using Xunit;

namespace SigningAuthority.IntegrationTests.Auditors;

/// <summary>Every act is in the log, in its order, refusals too; and an auditor finds it again.</summary>
[Collection(FactoryFlows.Name)]
public sealed class EntriesTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly HttpClient _auditor = authority.Client(authority.AuditorToken);
    private readonly IssuanceLogReader _log = new(authority);
    private readonly ProviderDesk _provider = new(authority.Client(authority.TelcoToken));
    private readonly StationDesk _station = new(authority.StationClient());

    [Fact]
    public async Task Every_act_is_there_in_the_order_in_which_it_happened()
    {
        var (made, device) = (await MadeRequest.MakeAsync(authority.Scratch, "audit.example.net"), FactoryDevice.Make());
        var from = IssuanceLogReader.FromNow();

        await _provider.UploadAsync("nonsense"u8.ToArray());
        var id = (await _provider.UploadAsync(made.Pem)).Member("id");
        await _provider.WaitAsync(id);
        await _provider.DownloadAsync(id, "sipura.der");
        await _station.SubmitAsync(device.Submission);
        await _station.SubmitAsync(device.WithOtherKey().Submission);
        await authority.Client(authority.TelcoToken).AskAsync(IssuanceLogReader.Path);
        await authority.Client(authority.AuditorToken).AskAsync("roots/spacroot.crt");
        await authority.OperatorAsync("name", "add", RunningAuthority.Telco, "audited.example.info");
        await authority.OperatorAsync("name", "withdraw", RunningAuthority.Telco, "audited.example.info");

        (string Type, string Actor, string? Subject)[] acts =
        [
            ("request.refused", "provider/telco", null),
            ("request.submitted", "provider/telco", "audit.example.net"),
            ("certificate.intended", "signer", "audit.example.net"),
            ("certificate.issued", "signer", "audit.example.net"),
            ("certificate.downloaded", "provider/telco", "audit.example.net"),
            ("request.submitted", "station/line-1", null),
            ("certificate.intended", "signer", null),
            ("certificate.issued", "signer", null),
            ("request.refused", "station/line-1", null),
            ("access.refused", "provider/telco", null),
            ("roots.downloaded", "auditor/audit", "spacroot.crt"),
            ("name.registered", "operator/operator-at-test", null),
            ("name.withdrawn", "operator/operator-at-test", null),
        ];
        var entries = new List<JsonElement>();
        await Eventually.TrueAsync(
            async () =>
                (entries = [.. (await _log.PageAsync(from + "&limit=1000")).Where(entry => TypeOf(entry) != "entries.queried")]).Count
                >= acts.Length,
            "all acts in the log"
        );
        Assert.Equal(acts.Select(act => act.Type), entries.Select(TypeOf));
        foreach (var (act, entry) in acts.Zip(entries))
        {
            Assert.Equal(
                act.Actor,
                act.Actor == "signer" ? entry.GetProperty("actor").GetString()!.Split('/')[0] : entry.GetProperty("actor").GetString()
            );
            if (act.Subject is not null)
                Assert.Equal(act.Subject, entry.GetProperty("subject").GetString());
        }

        Assert.Equal(entries.Select(IndexOf).Order(), entries.Select(IndexOf));
    }

    [Fact]
    public async Task An_entry_is_found_by_each_of_its_sides()
    {
        var device = FactoryDevice.Make();
        var issued = await _station.SubmitAsync(device.Submission);
        Assert.Equal(HttpStatusCode.Created, issued.Status);
        await _log.AwaitAsync($"mac={device.Mac}", 3);

        var sha256 = issued.Member("sha256");
        foreach (
            var (query, types) in new (string, string[])[]
            {
                ($"mac={device.Mac}", ["request.submitted", "certificate.intended", "certificate.issued"]),
                ($"mac={device.Mac.ToLowerInvariant()}&type=request.submitted", ["request.submitted"]),
                ($"serial={device.Serial}", ["request.submitted", "certificate.intended", "certificate.issued"]),
                ($"requestId={issued.Member("id")}", ["request.submitted", "certificate.intended", "certificate.issued"]),
                ($"fingerprint={sha256}", ["certificate.issued"]),
                (
                    $"fingerprint={string.Join(':', sha256.ToUpperInvariant().Chunk(2).Select(pair => new string(pair)))}",
                    ["certificate.issued"]
                ),
                ($"mac={device.Mac}&actor=station%2Fline-1", ["request.submitted"]),
                ($"mac={device.Mac}&from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z", []),
                ("mac=000E08FFFFFF", []),
                ("subject=%25", []),
            }
        )
        {
            Assert.Equal(types, (await _log.PageAsync(query)).Select(TypeOf));
        }
    }

    [Fact]
    public async Task Pages_follow_one_another_without_gaps_and_doubles()
    {
        var indexes = new List<long>();
        string? next = IssuanceLogReader.Path + "?limit=7";
        while (next is not null && indexes.Count < 60)
        {
            var page = await _auditor.AskAsync(next.TrimStart('/'));
            indexes.AddRange(page.Json.GetProperty("entries").EnumerateArray().Select(IndexOf));
            next = page.Json.GetProperty("next").GetString();
        }

        Assert.True(indexes.Count > 30, $"{indexes.Count} entries");
        Assert.Equal(Enumerable.Range(0, indexes.Count).Select(index => (long)index), indexes);
    }

    [Fact]
    public async Task JSON_NDJSON_and_CSV_say_the_same_and_the_bytes_are_those_that_were_hashed()
    {
        const string page = IssuanceLogReader.Path + "?after=-1&limit=20";
        var json = await _auditor.AskAsync(page, ("Accept", "application/json"));
        var ndjson = await _auditor.AskAsync(page, ("Accept", "application/x-ndjson"));
        var csv = await _auditor.AskAsync(page, ("Accept", "text/csv"));

        Assert.Equal(("application/x-ndjson", "text/csv"), (ndjson.MediaType, csv.MediaType));
        var entries = json.Json.GetProperty("entries").EnumerateArray().ToList();
        Assert.Equal(20, entries.Count);
        var lines = ndjson.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(entries.Select(entry => entry.GetRawText()), lines);
        foreach (var entry in entries)
        {
            // RFC 6962 §2.1: a leaf is hashed behind a zero octet.
            var hash = SHA256.HashData([0, .. Encoding.UTF8.GetBytes(entry.GetProperty("entry").GetRawText())]);
            Assert.Equal(entry.GetProperty("leafHash").GetString(), Convert.ToHexStringLower(hash));
        }

        var rows = CsvRows.Read(csv.Text);
        var (index, type, leafHash) = (Array.IndexOf(rows[0], "index"), Array.IndexOf(rows[0], "type"), Array.IndexOf(rows[0], "leafHash"));
        Assert.Equal(
            entries.Select(entry => (IndexOf(entry).ToString(), TypeOf(entry), entry.GetProperty("leafHash").GetString()!)),
            rows.Skip(1).Select(row => (row[index], row[type], row[leafHash]))
        );
    }

    [Fact]
    public async Task Questions_that_make_no_sense_are_explained_and_nobody_else_may_ask()
    {
        foreach (var query in (string[])["limit=0", "limit=1001", "after=x", "mac=12", "fingerprint=ab", "from=yesterday", "requestId=1"])
            ProblemAssert.Breaks(await _auditor.AskAsync($"{IssuanceLogReader.Path}?{query}"), HttpStatusCode.BadRequest, "query-value");
        ProblemAssert.Is(await _auditor.AskAsync(IssuanceLogReader.Path, ("Accept", "image/png")), HttpStatusCode.NotAcceptable);
        ProblemAssert.Is(await authority.Client(authority.TelcoToken).AskAsync(IssuanceLogReader.Path), HttpStatusCode.Forbidden);
        ProblemAssert.Is(await authority.StationClient().AskAsync(IssuanceLogReader.Path), HttpStatusCode.Unauthorized);
    }

    private static string TypeOf(JsonElement entry) => entry.GetProperty("type").GetString()!;

    private static long IndexOf(JsonElement entry) => entry.GetProperty("index").GetInt64();

    [Theory]
    [InlineData("macc=000E08ABCDEF")]
    [InlineData("type=request.submited")]
    public async Task A_mistyped_filter_is_refused_and_not_answered_with_the_whole_log(string query)
    {
        using var client = authority.Client(authority.AuditorToken);
        using var answer = await client.GetAsync($"{IssuanceLogReader.Path}?{query}");

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
    }
}
