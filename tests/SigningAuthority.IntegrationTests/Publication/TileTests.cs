using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.IssuanceLog.Tree;
using SigningAuthority.Storage.Access;
using SigningAuthority.Storage.IssuanceLog;
using Xunit;

namespace SigningAuthority.IntegrationTests.Publication;

/// <summary>The log as static files: what they hold, who gets them, and that nobody gets more than a checkpoint says.</summary>
[Collection(ProviderFlows.Name)]
public sealed class TileTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly HttpClient _stranger = authority.Client();
    private readonly HttpClient _auditor = authority.Client(authority.AuditorToken);

    [Fact]
    public async Task The_tiles_make_the_checkpoints_root_and_the_bundles_hash_to_its_leaves()
    {
        var checkpoint = await CheckpointAsync();
        var tree = new TiledTree(checkpoint.Size, async (tile, _) => (await GetAsync(_stranger, tile.ToString())).Body);
        Assert.Equal(Convert.ToHexString(checkpoint.RootHash), Convert.ToHexString(await tree.RootAsync()));

        foreach (var bundle in TilePath.EntriesOf(checkpoint.Size))
        {
            var entries = EntryBundle.Read((await GetAsync(_auditor, bundle.ToString())).Body, bundle.Width);
            var hashes = (await GetAsync(_stranger, TilePath.Hashes(0, bundle.Index, bundle.Width).ToString())).Body;
            Assert.Equal(hashes, entries.SelectMany(entry => MerkleTree.LeafHash(entry.Span)));
        }
    }

    [Fact]
    public async Task What_never_changes_may_be_kept_for_a_year_and_entries_by_nobody_between()
    {
        var size = (await CheckpointAsync()).Size;
        var tile = TilePath.Holding(0, size - 1, size).ToString();

        using var hashes = await _stranger.GetAsync("log/" + tile);
        using var bundle = await _auditor.GetAsync("log/" + tile.Replace("tile/0/", "tile/entries/"));
        using var checkpoint = await _stranger.GetAsync("log/checkpoint");

        Assert.Equal(CacheControlHeaderValue.Parse("public, max-age=31536000, immutable"), hashes.Headers.CacheControl);
        Assert.Equal(CacheControlHeaderValue.Parse("private, max-age=31536000, immutable"), bundle.Headers.CacheControl);
        Assert.Equal(CacheControlHeaderValue.Parse("no-cache"), checkpoint.Headers.CacheControl);
        foreach (var answer in (HttpResponseMessage[])[hashes, bundle])
            Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_bundle_is_compressed_for_whoever_takes_it_so()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "log/tile/entries/000.p/9");
        request.Headers.Add("Accept-Encoding", "gzip");
        using var answer = await _auditor.SendAsync(request);

        Assert.Equal("gzip", answer.Content.Headers.ContentEncoding.Single());
        using var whole = new MemoryStream();
        await using (var gzip = new GZipStream(await answer.Content.ReadAsStreamAsync(), CompressionMode.Decompress))
            await gzip.CopyToAsync(whole);
        Assert.Equal((await GetAsync(_auditor, "tile/entries/000.p/9")).Body, whole.ToArray());
        Assert.Equal(9, EntryBundle.Read(whole.ToArray(), 9).Count);
    }

    [Theory]
    [InlineData("tile/0/x001/000")]
    [InlineData("tile/1/x000/000")]
    [InlineData("tile/7/000")]
    [InlineData("tile/8/000")]
    [InlineData("tile/-1/000")]
    [InlineData("tile/00/000")]
    [InlineData("tile/0/0")]
    [InlineData("tile/0/000.p/0")]
    [InlineData("tile/0/000.p/256")]
    [InlineData("tile/0/000.p/07")]
    [InlineData("tile/0/000/")]
    [InlineData("tile/0")]
    [InlineData("tile/")]
    [InlineData("tile/0/%2e%2e/000")]
    public async Task A_tile_that_the_tree_does_not_have_is_not_there(string path)
    {
        ProblemAssert.Is(await _stranger.AskAsync("log/" + path), HttpStatusCode.NotFound, "not-found");
        var entries = path.Replace("tile/0", "tile/entries");
        if (entries != path)
            ProblemAssert.Is(await _auditor.AskAsync("log/" + entries), HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task What_has_no_place_in_the_log_yet_is_in_no_tile()
    {
        var everything = authority.Postgres.Connect(PostgresCluster.Superuser, authority.Database);
        // The lock that whoever seals must have: what comes in now stays unsealed.
        await using var connection = await everything.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var hold = new Npgsql.NpgsqlCommand("select pg_advisory_xact_lock(x'73616c67'::bigint)", connection))
            await hold.ExecuteNonQueryAsync();
        var size = (await CheckpointAsync()).Size;
        await _auditor.AskAsync(IssuanceLogReader.Path + "?limit=1");

        foreach (var first in (long[])[size, size + 1])
        {
            var (tile, width) = (first / 256, (int)(first % 256) + 1);
            if (width == 256)
                continue;
            Assert.Equal(HttpStatusCode.NotFound, (await _stranger.AskAsync("log/" + TilePath.Hashes(0, tile, width))).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await _auditor.AskAsync("log/" + TilePath.Entries(tile, width))).Status);
        }
    }

    [Fact]
    public async Task Readiness_says_when_entries_wait_too_long_for_their_place()
    {
        var everything = authority.Postgres.Connect(PostgresCluster.Superuser, authority.Database);
        await using (var connection = await everything.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using (var hold = new Npgsql.NpgsqlCommand("select pg_advisory_xact_lock(x'73616c67'::bigint)", connection))
                await hold.ExecuteNonQueryAsync();
            Assert.Equal("ready", await LogStatusAsync());
            await new AppendLogEntries(authority.Postgres.Connect("sa_api", authority.Database)).AppendAsync([
                new RootsDownloaded
                {
                    At = DateTimeOffset.UtcNow.AddMinutes(-1),
                    Actor = "anonymous",
                    Name = "sipura",
                    Format = "pem",
                },
            ]);
            // As it will be in a minute. A head that was sealed when the lock was taken may be published meanwhile, and another's entry may be
            // the first that waits: both are old soon.
            await Eventually.TrueAsync(
                async () =>
                {
                    await everything.ExecuteAsync(
                        """
                        alter table sa.log_checkpoint disable trigger append_only;
                        update sa.log_checkpoint set signed_at = now() - interval '1 minute' where signed_at > now() - interval '40 seconds';
                        alter table sa.log_checkpoint enable always trigger append_only
                        """
                    );
                    return await LogStatusAsync() == "waiting";
                },
                "readiness says that entries wait"
            );
        }

        await Eventually.TrueAsync(async () => await LogStatusAsync() == "ready", "the entry has its place");
    }

    [Fact]
    public async Task Entries_are_for_auditors_and_their_reading_is_an_entry_once_for_each_token_and_span()
    {
        const string bundle = "log/tile/entries/000.p/3";
        Assert.Equal(HttpStatusCode.Unauthorized, (await _stranger.AskAsync(bundle)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await authority.Client(authority.TelcoToken).AskAsync(bundle)).Status);
        var label = "reader-" + Guid.NewGuid().ToString("N");
        var (_, token) = await new Tokens(authority.Postgres.Connect("sa_operator", authority.Database)).CreateAsync(
            TokenRole.Auditor,
            null,
            label,
            TimeSpan.FromHours(1),
            "operator/test"
        );
        var reader = authority.Client(token);

        var answers = await Task.WhenAll(Enumerable.Range(1, 20).Select(width => reader.AskAsync($"log/tile/entries/000.p/{width}")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        var entry = Assert.Single(await new IssuanceLogReader(authority).AwaitAsync($"type=log.read&actor=auditor/{label}", 1));
        Assert.Equal(0, entry.GetProperty("entry").GetProperty("firstIndex").GetInt64());
        Assert.Equal(65_535, entry.GetProperty("entry").GetProperty("lastIndex").GetInt64());
    }

    [Fact]
    public async Task Without_TLS_no_part_of_the_log_is_given_and_no_token_looked_at()
    {
        using var plain = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = authority.PlainAddress };
        plain.DefaultRequestHeaders.Add("Authorization", "Bearer " + authority.AuditorToken);

        foreach (var path in (string[])["log/checkpoint", "log/tile/0/000.p/1", "log/tile/entries/000.p/1"])
        {
            var answer = await plain.AskAsync(path);
            Assert.Equal((HttpStatusCode.PermanentRedirect, authority.Address + path), (answer.Status, answer.Location));
        }
    }

    [Fact]
    public async Task An_operator_may_open_the_entries_to_everybody()
    {
        await using var open = await FurtherApi.StartAsync(
            authority,
            Repository.CaConfig,
            new Dictionary<string, string> { ["Publication__LogEntries"] = "public" }
        );
        var stranger = open.Stranger();

        using var answer = await stranger.GetAsync("log/tile/entries/000.p/5");

        Assert.Equal(CacheControlHeaderValue.Parse("public, max-age=31536000, immutable"), answer.Headers.CacheControl);
        Assert.Equal(5, EntryBundle.Read(await answer.Content.ReadAsByteArrayAsync(), 5).Count);
    }

    private async Task<string?> LogStatusAsync() =>
        (await _stranger.AskAsync("health/ready")).Json.GetProperty("log").GetProperty("status").GetString();

    private async Task<Checkpoint> CheckpointAsync() =>
        Checkpoint.Parse(SignedNote.Parse((await _stranger.AskAsync("log/checkpoint")).Body).Text);

    private static async Task<Answer> GetAsync(HttpClient client, string path)
    {
        var answer = await client.AskAsync("log/" + path);
        return answer.Status == HttpStatusCode.OK ? answer : throw new InvalidOperationException($"{path}: {answer}");
    }
}
