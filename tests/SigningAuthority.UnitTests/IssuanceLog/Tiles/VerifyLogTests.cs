using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.IssuanceLog.Tree;
using Xunit;

namespace SigningAuthority.UnitTests.IssuanceLog.Tiles;

public sealed class VerifyLogTests
{
    // A full bundle and more on either side of the level-1 tile's end.
    private static readonly List<byte[]> Entries = SampleLog.Entries(66_000);

    public static TheoryData<int> Sizes => [0, 1, 255, 256, 257, 1000, 65_535, 65_536, 65_537, 66_000];

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task A_sound_log_is_sound_at_any_size(int size)
    {
        var tiles = new TilesInMemory(Entries, size);
        var report = await RunAsync(tiles);
        Assert.Empty(report.Findings);
        Assert.True(report.IsSound);
        Assert.Equal(size, report.Entries);
        Assert.Equal(size / 256 * 256, report.State.Size);
        Assert.Equal(report.Intended, report.Issued + report.Open);
        Assert.Equal(report.Intended, report.IssuerSequences.Values.Sum());
        Assert.Equal(TilePath.EntriesOf(size).Concat(TilePath.HashesOf(size)).Count(), tiles.WereRead.Count);
    }

    [Fact]
    public async Task An_altered_entry_is_named_by_its_place()
    {
        foreach (var place in new[] { 0, 300, 999 })
        {
            var tiles = new TilesInMemory(Entries, 1000);
            var tile = TilePath.Holding(TilePath.EntriesLevel, place, 1000);
            tiles[tile] = new TilesInMemory(Alter(place), 1000)[tile];
            Finds(await RunAsync(tiles), (LogFindingCodes.EntryAltered, place));
        }
    }

    [Fact]
    public async Task An_altered_tile_is_told_from_an_altered_entry()
    {
        foreach (var path in new[] { "tile/0/000", "tile/0/003.p/232", "tile/1/000.p/3" })
        {
            var tiles = new TilesInMemory(Entries, 1000);
            Assert.True(TilePath.TryParse(path, out var tile));
            tiles[tile][33] ^= 1;
            var report = await RunAsync(tiles);
            Assert.Equal([LogFindingCodes.TileAltered], report.Findings.Select(finding => finding.Code));
            Assert.Contains(path, report.Findings[0].Message);
        }
    }

    [Fact]
    public async Task A_truncated_or_missing_tile_is_named()
    {
        foreach (var path in new[] { "tile/entries/001", "tile/entries/003.p/232", "tile/0/001", "tile/1/000.p/3" })
        {
            var tiles = new TilesInMemory(Entries, 1000);
            Assert.True(TilePath.TryParse(path, out var tile));
            tiles[tile] = tiles[tile][..^1];
            await IsNamedAsync(LogFindingCodes.TileTruncated);
            tiles.Remove(tile);
            await IsNamedAsync(LogFindingCodes.TileMissing);

            async Task IsNamedAsync(string code)
            {
                var report = await RunAsync(tiles);
                Assert.Equal([code], report.Findings.Select(finding => finding.Code));
                Assert.Contains(path, report.Findings[0].Message);
                Assert.False(report.IsSound);
                Assert.Equal(tile.IsEntries, report.Entries < 1000);
            }
        }
    }

    // Whoever rewrites entries and every tile over them still lacks the signature.
    [Theory]
    [InlineData("altered")]
    [InlineData("removed")]
    [InlineData("reordered")]
    [InlineData("inserted")]
    public async Task A_past_rewritten_with_all_its_tiles_has_another_root(string how)
    {
        var signed = new TilesInMemory(Entries, 1000).Checkpoint;
        var rewritten = new TilesInMemory(Rewrite(how), 1000);
        Finds(await RunAsync(rewritten, signed, withoutRules: true), (LogFindingCodes.RootMismatch, 1000));
    }

    // Whoever has the key too can sign it; but not what was signed before.
    [Fact]
    public async Task A_past_rewritten_and_signed_again_is_a_fork_for_whoever_remembers()
    {
        var remembered = new TilesInMemory(Entries, 600).Checkpoint;
        var rewritten = new TilesInMemory(Rewrite("altered"), 1000);
        Finds(await RunAsync(rewritten), []);

        var state = new VerificationState();
        Assert.True(state.Remember(remembered));
        Finds(await RunAsync(rewritten, state: state), (LogFindingCodes.RootMismatch, 600), (LogFindingCodes.Fork, 600));
    }

    [Fact]
    public async Task Two_heads_of_one_size_are_a_fork()
    {
        foreach (var size in new[] { 768, 1000 })
        {
            var state = new VerificationState();
            state.Remember(new TilesInMemory(Rewrite("altered"), size).Checkpoint);
            var report = await RunAsync(new TilesInMemory(Entries, size), state: state);
            Finds(report, (LogFindingCodes.RootMismatch, size), (LogFindingCodes.Fork, size));
        }
    }

    [Fact]
    public async Task A_smaller_log_than_was_seen_before_was_rolled_back()
    {
        var seen = await RunAsync(new TilesInMemory(Entries, 1000));
        var report = await RunAsync(new TilesInMemory(Entries, 999), state: seen.State);
        Finds(report, (LogFindingCodes.RolledBack, 999));

        // And no harm is done when it was a proxy's old copy.
        Assert.True((await RunAsync(new TilesInMemory(Entries, 1001), state: report.State)).IsSound);
    }

    [Fact]
    public async Task A_verification_goes_on_where_it_stopped()
    {
        var (tiles, kept, bundles) = (new TilesInMemory(Entries, 2000), Array.Empty<byte>(), 0);
        await Assert.ThrowsAsync<OperationCanceledException>(() =>
            new VerifyLog(tiles.ReadAsync).RunAsync(
                tiles.Checkpoint,
                new VerificationState(),
                state =>
                {
                    kept = state.ToBytes();
                    return ++bundles < 3 ? ValueTask.CompletedTask : throw new OperationCanceledException();
                }
            )
        );

        var state = VerificationState.Parse(kept);
        Assert.Equal(768, state.Size);
        tiles.WereRead.Clear();
        var report = await RunAsync(tiles, state: state);
        Assert.True(report.IsSound);
        Assert.DoesNotContain(TilePath.Entries(2), tiles.WereRead);
        Same(await RunAsync(tiles), report);

        // And from there to a larger tree.
        var larger = await RunAsync(new TilesInMemory(Entries, 5000), state: VerificationState.Parse(report.State.ToBytes()));
        Assert.True(larger.IsSound);
        Same(await RunAsync(new TilesInMemory(Entries, 5000)), larger);

        static void Same(LogReport expected, LogReport actual) =>
            Assert.Equal(
                (expected.Entries, expected.Intended, expected.Issued, expected.Open, expected.Latest),
                (actual.Entries, actual.Intended, actual.Issued, actual.Open, actual.Latest)
            );
    }

    [Fact]
    public async Task A_bundle_that_was_missing_for_a_moment_is_no_finding_of_the_next_run()
    {
        var tiles = new TilesInMemory(Entries, 1000);
        var bundle = tiles[TilePath.Entries(1)];
        tiles.Remove(TilePath.Entries(1));
        var first = await RunAsync(tiles);
        Finds(first, (LogFindingCodes.TileMissing, 256));

        tiles[TilePath.Entries(1)] = bundle;
        Assert.True((await RunAsync(tiles, state: VerificationState.Parse(first.State.ToBytes()))).IsSound);
    }

    [Fact]
    public async Task What_was_found_before_the_interruption_is_in_the_report()
    {
        var tiles = new TilesInMemory(Entries, 600);
        tiles[TilePath.Entries(0)] = new TilesInMemory(Alter(255), 600)[TilePath.Entries(0)];
        var first = await RunAsync(tiles);
        var report = await RunAsync(new TilesInMemory(Entries, 1000), state: VerificationState.Parse(first.State.ToBytes()));
        Finds(report, (LogFindingCodes.EntryAltered, 255));
    }

    [Fact]
    public async Task A_fault_of_the_world_leaves_the_state_at_a_whole_bundle()
    {
        var tiles = new TilesInMemory(Entries, 66_000);
        var state = new VerificationState();
        var away = new VerifyLog(
            (tile, cancellation) => tile is { Level: 2 } ? throw new IOException("away") : tiles.ReadAsync(tile, cancellation)
        );
        await Assert.ThrowsAsync<IOException>(() => away.RunAsync(tiles.Checkpoint, state));
        Assert.Equal(65_280, state.Size);
        Assert.True((await RunAsync(tiles, state: state)).IsSound);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"v":2}""")]
    [InlineData("""{"v":1,"size":1,"frontier":""}""")]
    public void What_is_not_a_state_is_refused(string state) =>
        Assert.Throws<FormatException>(() => VerificationState.Parse(System.Text.Encoding.UTF8.GetBytes(state)));

    private static List<byte[]> Alter(int place)
    {
        var entries = Entries.Take(1001).ToList();
        entries[place] = SampleLog.Intended("other", 1, null, SampleLog.Start).Encode();
        return entries;
    }

    private static List<byte[]> Rewrite(string how)
    {
        var entries = Entries.Take(1001).ToList();
        switch (how)
        {
            case "altered":
                return Alter(400);
            case "removed":
                entries.RemoveAt(400);
                break;
            case "reordered":
                (entries[400], entries[401]) = (entries[401], entries[400]);
                break;
            default:
                entries.Insert(400, entries[0]);
                break;
        }

        return entries;
    }

    private static Task<LogReport> RunAsync(
        TilesInMemory tiles,
        Checkpoint? checkpoint = null,
        VerificationState? state = null,
        bool withoutRules = false
    ) => RunAsync(new VerifyLog(tiles.ReadAsync, ahead: 4), checkpoint ?? tiles.Checkpoint, state ?? new VerificationState(), withoutRules);

    private static async Task<LogReport> RunAsync(VerifyLog verify, Checkpoint checkpoint, VerificationState state, bool withoutRules)
    {
        var report = await verify.RunAsync(checkpoint, state);
        if (!withoutRules)
            return report;

        string[] hashes = [LogFindingCodes.RootMismatch, LogFindingCodes.Fork, LogFindingCodes.EntryAltered, LogFindingCodes.TileAltered];
        return report with { Findings = [.. report.Findings.Where(finding => hashes.Contains(finding.Code))] };
    }

    private static void Finds(LogReport report, params (string Code, long Index)[] expected)
    {
        // The replaced intent leaves its certificate alone; that is EntryChecksTests' matter.
        var found = report.Findings.Where(f => f.Code is not (LogFindingCodes.IssuedWithoutIntent or LogFindingCodes.IssuerSequenceBroken));
        Assert.Equal(expected, found.Select(finding => (finding.Code, finding.Index ?? -1)));
    }
}
