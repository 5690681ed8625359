using System.Net;
using System.Text;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Stations;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.IssuanceLog.Proofs;
using SigningAuthority.IssuanceLog.Tree;
using Xunit;

namespace SigningAuthority.IntegrationTests.Auditors;

/// <summary>An export proves, to who has nothing but the log's key, that nothing in its range is missing or was altered.</summary>
[Collection(FactoryFlows.Name)]
public sealed class ExportTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private const string Export = "api/v1/audit/export";

    private readonly HttpClient _auditor = authority.Client(authority.AuditorToken);

    [Theory]
    [InlineData("")]
    [InlineData("?from=3&to=17")]
    [InlineData("?from=5&to=5")]
    [InlineData("?to=8&size=first")]
    public async Task What_is_exported_makes_the_root_that_was_signed_together_with_what_stands_beside_it(string query)
    {
        await IssueAsync();
        query = query.Replace("first", (await SizeOfAsync("order by tree_size offset 3")).ToString());

        var export = await ExportAsync(query);

        Assert.True(export.Proof.Verify(export.Entries.Select(entry => MerkleTree.LeafHash(entry)), export.Checkpoint.RootHash));
        Assert.Equal(export.Proof.To - export.Proof.From, export.Footer.GetProperty("entries").GetInt64());
        Assert.Equal(
            export
                .Entries.CountBy(entry => StoredEntry.Read(entry).Type)
                .OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => $"{pair.Key} {pair.Value}"),
            export.Footer.GetProperty("types").EnumerateObject().Select(type => $"{type.Name} {type.Value}")
        );
    }

    [Fact]
    public async Task An_export_with_an_entry_left_out_altered_or_exchanged_proves_nothing()
    {
        await IssueAsync();
        var export = await ExportAsync("?from=2&to=9");
        var leaves = export.Entries.Select(entry => MerkleTree.LeafHash(entry)).ToList();
        byte[] altered = [.. export.Entries[3][..^2], (byte)' ', (byte)'}'];

        Assert.False(export.Proof.Verify(leaves[..^1], export.Checkpoint.RootHash));
        Assert.False(export.Proof.Verify([.. leaves[..2], .. leaves[3..]], export.Checkpoint.RootHash));
        Assert.False(export.Proof.Verify([.. leaves[..3], MerkleTree.LeafHash(altered), .. leaves[4..]], export.Checkpoint.RootHash));
        Assert.False(export.Proof.Verify([leaves[1], leaves[0], .. leaves[2..]], export.Checkpoint.RootHash));
    }

    [Fact]
    public async Task The_same_export_twice_is_the_same_octets_and_that_it_was_taken_is_an_entry_behind_it()
    {
        await IssueAsync();
        using var first = await _auditor.GetAsync(Export);
        var exact = first.Content.Headers.ContentLocation!.OriginalString;
        Assert.Contains($"<{exact}>; rel=\"canonical\"", first.Headers.GetValues("Link"));
        var octets = await first.Content.ReadAsByteArrayAsync();
        await IssueAsync();
        await authority.AwaitSealedAsync();

        var second = await _auditor.AskAsync(exact.TrimStart('/'));

        Assert.Equal(octets, second.Body);
        var size = long.Parse(exact[(exact.LastIndexOf('=') + 1)..]);
        var entries = await new IssuanceLogReader(authority).AwaitAsync($"type=entries.exported&after={size - 1}", 2);
        var own = entries.Where(entry => entry.GetProperty("entry").GetProperty("treeSize").GetInt64() == size).ToList();
        Assert.Equal(2, own.Count);
        Assert.All(own, entry => Assert.Equal(size, entry.GetProperty("entry").GetProperty("to").GetInt64()));
    }

    [Fact]
    public async Task The_header_says_which_numbers_each_authority_used_and_none_is_missing()
    {
        await IssueAsync();
        var export = await ExportAsync("");

        var issuers = export.Header.GetProperty("issuers").EnumerateArray().ToList();

        Assert.Contains(issuers, issuer => issuer.GetProperty("authority").GetString() == "client");
        foreach (var issuer in issuers)
        {
            var name = issuer.GetProperty("authority").GetString();
            var numbers = export
                .Entries.Select(entry => StoredEntry.Read(entry))
                .Where(entry => entry.IssuerSequence is not null && entry.Details["authority"] == name)
                .Select(entry => entry.IssuerSequence!.Value)
                .ToList();
            Assert.Equal(Enumerable.Range(1, numbers.Count).Select(number => (long)number), numbers);
            Assert.Equal(
                (1, numbers.Count, numbers.Count),
                (issuer.GetProperty("first").GetInt32(), issuer.GetProperty("last").GetInt32(), issuer.GetProperty("count").GetInt32())
            );
        }
    }

    [Fact]
    public async Task A_range_by_time_has_all_that_happened_within_it()
    {
        var from = DateTimeOffset.UtcNow;
        var device = await IssueAsync();
        var to = DateTimeOffset.UtcNow;
        await IssueAsync();
        await authority.AwaitSealedAsync();

        var export = await ExportAsync($"?from={Spell(from)}&to={Spell(to)}");

        Assert.True(export.Proof.Verify(export.Entries.Select(entry => MerkleTree.LeafHash(entry)), export.Checkpoint.RootHash));
        var own = export.Entries.Select(entry => StoredEntry.Read(entry)).Where(entry => entry.Mac == device).Select(entry => entry.Type);
        Assert.Equal(["request.submitted", "certificate.intended", "certificate.issued"], own);
        Assert.True(export.Proof.From > 0);

        static string Spell(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ");
    }

    [Theory]
    [InlineData("?from=-1")]
    [InlineData("?from=9&to=8")]
    [InlineData("?to=99999999999")]
    [InlineData("?from=99999999999")]
    [InlineData("?from=yesterday")]
    [InlineData("?size=0")]
    [InlineData("?size=99999999999")]
    [InlineData("?fron=3")]
    public async Task A_range_that_there_is_not_is_refused(string query) =>
        ProblemAssert.Breaks(await _auditor.AskAsync(Export + query), HttpStatusCode.BadRequest);

    /// <returns>The unit's address.</returns>
    private async Task<string> IssueAsync()
    {
        var device = FactoryDevice.MakeQuickly();
        await new StationDesk(authority.StationClient()).CertifyAsync(device);
        await authority.AwaitSealedAsync();
        return device.Mac;
    }

    private async Task<long> SizeOfAsync(string which)
    {
        await using var command = authority
            .Postgres.Connect(PostgresCluster.Superuser, authority.Database)
            .CreateCommand($"select tree_size from sa.log_checkpoint where tree_size > 8 {which} limit 1");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task<Exported> ExportAsync(string query)
    {
        var answer = await _auditor.AskAsync(Export + query);
        Assert.True(answer.MediaType == "application/x-ndjson", answer.ToString());
        Assert.EndsWith("\n", answer.Text);
        var lines = answer.Text.TrimEnd('\n').Split('\n').Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToList();
        var note = SignedNote.Parse(lines[0].GetProperty("checkpoint").GetString()!);
        Assert.True(note.IsSignedBy(NoteKey.ParseVerifierKey((await authority.Client().AskAsync("log/key")).Text.TrimEnd('\n'))));
        var exported = new Exported(lines[0], [.. lines[1..^1]], lines[^1], Checkpoint.Parse(note.Text));
        Assert.Equal("signing-authority-export/v1", exported.Header.GetProperty("format").GetString());
        Assert.Equal(exported.Checkpoint.Origin, exported.Header.GetProperty("origin").GetString());
        Assert.Equal(
            Enumerable.Range(0, exported.Lines.Count).Select(place => exported.Proof.From + place),
            exported.Lines.Select(line => line.GetProperty("index").GetInt64())
        );
        return exported;
    }

    private sealed record Exported(JsonElement Header, IReadOnlyList<JsonElement> Lines, JsonElement Footer, Checkpoint Checkpoint)
    {
        public List<byte[]> Entries => [.. Lines.Select(line => Encoding.UTF8.GetBytes(line.GetProperty("entry").GetRawText()))];

        public RangeProof Proof =>
            new(
                Header.GetProperty("from").GetInt64(),
                Header.GetProperty("to").GetInt64(),
                Checkpoint.Size,
                Hashes("leftNodes"),
                Hashes("rightNodes")
            );

        private List<byte[]> Hashes(string name) =>
            [.. Header.GetProperty(name).EnumerateArray().Select(hash => hash.GetBytesFromBase64())];
    }
}
