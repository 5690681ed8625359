using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Lineage;
using SigningAuthority.IntegrationTests.Providers;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.IssuanceLog.Proofs;
using SigningAuthority.IssuanceLog.Tree;
using Xunit;

namespace SigningAuthority.IntegrationTests.Receipts;

/// <summary>A certificate's receipt: whoever has the certificate gets it, nobody else, and it proves what it says without us.</summary>
[Collection(ProviderFlows.Name)]
public sealed class ReceiptTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly HttpClient _telco = authority.Client(authority.TelcoToken);

    [Fact]
    public async Task A_providers_receipt_proves_the_entry_of_its_certificate_and_is_always_the_same()
    {
        var (id, certificate) = await IssueAsync("receipt.telco.net");
        var href = certificate.GetProperty("receipt").GetString()!.TrimStart('/');

        var answer = await _telco.AskAsync(href + "?wait=30");

        Assert.Equal("text/plain", answer.MediaType);
        var receipt = Receipt.Parse(answer.Body);
        Assert.Equal(ReceiptVerdict.Proven, receipt.Check(await KeyAsync()));
        var entry = StoredEntry.Read(receipt.Entry);
        Assert.Equal(CertificateIssued.TypeName, entry.Type);
        var der = (await _telco.AskAsync($"{ProviderDesk.Path}/{id}/certificates/sipura.der")).Body;
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(der)), entry.Fingerprint);
        Assert.Equal(certificate.GetProperty("serialNumber").GetString(), entry.Details["serialNumber"]);

        // More entries and checkpoints later it is still the same file.
        await IssueAsync("another.telco.net");
        await authority.AwaitSealedAsync();
        Assert.Equal(answer.Body, (await _telco.AskAsync(href)).Body);
        var watched = await _telco.AskAsync($"api/v1/provider/watch/receipts/{entry.Fingerprint}.tlog-proof");
        Assert.Equal(answer.Body, watched.Body);
        var auditor = await authority.Client(authority.AuditorToken).AskAsync($"api/v1/audit/receipts/{entry.Fingerprint}.tlog-proof");
        Assert.Equal(answer.Body, auditor.Body);

        var downloads = await new IssuanceLogReader(authority).AwaitAsync($"type=receipt.downloaded&fingerprint={entry.Fingerprint}", 4);
        Assert.Equal(
            ["auditor", "provider", "provider", "provider"],
            downloads.Select(found => found.GetProperty("actor").GetString()!.Split('/')[0]).Order()
        );
        Assert.All(
            downloads,
            found => Assert.Equal(receipt.Inclusion.LeafIndex, found.GetProperty("entry").GetProperty("index").GetInt64())
        );
    }

    [Fact]
    public async Task Until_its_entry_is_sealed_a_certificate_has_no_receipt_and_whoever_waits_gets_it_then()
    {
        var everything = authority.Postgres.Connect(PostgresCluster.Superuser, authority.Database);
        Task<Answer> waiting;
        await using (var connection = await everything.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            // The lock that whoever seals must have.
            await using (var hold = new Npgsql.NpgsqlCommand("select pg_advisory_xact_lock(x'73616c67'::bigint)", connection))
                await hold.ExecuteNonQueryAsync();
            var (id, certificate) = await IssueAsync("unsealed.telco.net");
            var href = certificate.GetProperty("receipt").GetString()!.TrimStart('/');

            var early = await _telco.AskAsync(href);
            ProblemAssert.Is(early, HttpStatusCode.ServiceUnavailable, "not-sealed-yet");
            Assert.Equal(1, early.RetryAfter);
            ProblemAssert.Is(await _telco.AskAsync(href + "?wait=1"), HttpStatusCode.ServiceUnavailable, "not-sealed-yet");
            ProblemAssert.Breaks(await _telco.AskAsync(href + "?wait=31"), HttpStatusCode.BadRequest);
            var kit = await _telco.AskAsync($"{ProviderDesk.Path}/{id}/kit.zip");
            Assert.DoesNotContain(NamesIn(kit.Body), name => name.EndsWith(".tlog-proof"));
            waiting = _telco.AskAsync(href + "?wait=30");
        }

        Assert.Equal(ReceiptVerdict.Proven, Receipt.Parse((await waiting).Body).Check(await KeyAsync()));
    }

    [Fact]
    public async Task Anothers_receipt_is_not_there()
    {
        var (id, certificate) = await IssueAsync("mine.telco.net");
        await authority.AwaitSealedAsync();
        var (other, auditor) = (authority.Client(authority.OtherTelcoToken), authority.Client(authority.AuditorToken));
        var sha256 = certificate.GetProperty("sha256").GetString();

        foreach (
            var path in (string[])
                [$"{ProviderDesk.Path}/{id}/certificates/sipura.tlog-proof", $"api/v1/provider/watch/receipts/{sha256}.tlog-proof"]
        )
        {
            ProblemAssert.Is(await other.AskAsync(path), HttpStatusCode.NotFound, "not-found");
            Assert.Equal(HttpStatusCode.OK, (await _telco.AskAsync(path)).Status);
        }

        ProblemAssert.Is(
            await authority.StationClient().AskAsync($"api/v1/station/receipts/{sha256}.tlog-proof"),
            HttpStatusCode.NotFound,
            "not-found"
        );
        ProblemAssert.Is(
            await auditor.AskAsync($"api/v1/audit/receipts/{new string('0', 64)}.tlog-proof"),
            HttpStatusCode.NotFound,
            "not-found"
        );
    }

    [Fact]
    public async Task A_kit_holds_the_receipts_and_the_key_that_proves_them()
    {
        var (id, _) = await IssueAsync("evidence.telco.net", "SPA962", "SPA504G");

        var kit = (await _telco.AskAsync($"{ProviderDesk.Path}/{id}/kit.zip")).Body;

        using var zip = new ZipArchive(new MemoryStream(kit));
        var key = NoteKey.ParseVerifierKey(Encoding.UTF8.GetString(Read(zip, "log.pub")).TrimEnd('\n'));
        Assert.Equal((await KeyAsync()).ToVerifierKey(), key.ToVerifierKey());
        foreach (var generation in (string[])["sipura", "cisco-sb"])
        {
            var receipt = Receipt.Parse(Read(zip, $"provserver-{generation}.tlog-proof"));
            Assert.Equal(ReceiptVerdict.Proven, receipt.Check(key));
            Assert.Equal(generation, StoredEntry.Read(receipt.Entry).Details["authority"]);
        }

        Assert.Contains("signctl log check-receipt provserver-", Encoding.UTF8.GetString(Read(zip, "README.txt")));
        Assert.Equal(kit, (await _telco.AskAsync($"{ProviderDesk.Path}/{id}/kit.zip")).Body);
    }

    private async Task<(string Id, System.Text.Json.JsonElement Certificate)> IssueAsync(string name, params string[] devices)
    {
        var desk = new LineageDesk(_telco, authority.Scratch);
        var (id, _) = await desk.IssueAsync(name, devices);
        return (id, (await desk.ShowAsync(id)).GetProperty("certificates")[0]);
    }

    private async Task<NoteKey> KeyAsync() => NoteKey.ParseVerifierKey((await authority.Client().AskAsync("log/key")).Text.TrimEnd('\n'));

    private static IReadOnlyList<string> NamesIn(byte[] kit)
    {
        using var zip = new ZipArchive(new MemoryStream(kit));
        return [.. zip.Entries.Select(entry => entry.FullName)];
    }

    private static byte[] Read(ZipArchive zip, string name)
    {
        using var content = new MemoryStream();
        using var stream = zip.GetEntry(name)!.Open();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
