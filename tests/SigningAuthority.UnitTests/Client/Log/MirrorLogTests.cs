using SigningAuthority.Client.Log;
using SigningAuthority.Client.Log.Mirrors;
using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.IssuanceLog.Tree;
using Xunit;

namespace SigningAuthority.UnitTests.Client.Log;

public sealed class MirrorLogTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(700)]
    public async Task A_mirror_has_the_same_files_as_the_log(int entries)
    {
        using var log = new LogScratch(entries);
        await MirrorAsync(log, log.Files);
        Assert.Equal(FilesIn(log.Made.Folder), FilesIn(log.PathOf("mirror")));
    }

    [Fact]
    public async Task A_level_above_256_tiles_is_proven_too()
    {
        using var log = new LogScratch(66_000);
        await MirrorAsync(log, log.Files);
        Assert.Equal(FilesIn(log.Made.Folder).Count, FilesIn(log.PathOf("mirror")).Count);
        Assert.Equal(2, new TilePathsOf(log.PathOf("mirror")).HighestLevel);
    }

    [Fact]
    public async Task A_second_run_fetches_what_is_new_and_drops_partial_tiles_that_are_full_now()
    {
        using var log = new LogScratch(300);
        await MirrorAsync(log, log.Files);
        log.Grow(300);
        var result = await MirrorAsync(log, log.Files);

        // Two bundles and two tiles of leaves (256..511, 512..599), one of level 1.
        Assert.Equal(5, result.NewTiles);
        Assert.False(Directory.Exists(log.PathOf("mirror/tile/0/001.p")));
        Assert.True(File.Exists(log.PathOf("mirror/tile/0/001")));
        Assert.Equal(0, (await MirrorAsync(log, log.Files)).NewTiles);
    }

    [Fact]
    public async Task Without_the_entries_it_needs_none()
    {
        using var log = new LogScratch(300);
        Directory.Delete(Path.Combine(log.Made.Folder, "tile", "entries"), recursive: true);
        using var mirror = new MirrorLog(log.Files, log.PathOf("mirror"), log.Key);
        await mirror.RunAsync(withEntries: false, (_, _) => { }, CancellationToken.None);
        Assert.False(Directory.Exists(log.PathOf("mirror/tile/entries")));
    }

    [Fact]
    public async Task An_edited_entry_is_named_with_its_index_and_not_copied()
    {
        using var log = new LogScratch(300);
        Edit(log.Made.PathOf(TilePath.Entries(1, 44)), "station/line-1", "station/line-2");
        var found = await Assert.ThrowsAsync<LogDefectException>(() => MirrorAsync(log, log.Files));
        // Entries 0, 3, 6, … are the station's.
        Assert.Equal(("entry-altered", 258L), (found.Finding.Code, found.Finding.Index));
        Assert.False(File.Exists(log.PathOf("mirror/checkpoint")));
    }

    [Fact]
    public async Task An_edited_tile_below_the_edge_is_named()
    {
        using var log = new LogScratch(700);
        Flip(log.Made.PathOf(TilePath.Hashes(0, 1)));
        Assert.Equal("tile-altered at 256", await FindAsync(log, log.Files));
    }

    [Fact]
    public async Task An_edited_tile_at_the_edge_makes_another_root()
    {
        using var log = new LogScratch(700);
        Flip(log.Made.PathOf(TilePath.Hashes(0, 2, 188)));
        Assert.Equal("root-mismatch at ", await FindAsync(log, log.Files));
    }

    [Fact]
    public async Task A_truncated_tile_and_a_missing_one_are_named()
    {
        using var log = new LogScratch(700);
        var path = log.Made.PathOf(TilePath.Hashes(0, 1));
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^1]);
        Assert.Equal("tile-truncated at 256", await FindAsync(log, log.Files));
        File.Delete(path);
        Assert.Equal("tile-missing at 256", await FindAsync(log, log.Files));
    }

    [Fact]
    public async Task A_truncated_bundle_is_named()
    {
        using var log = new LogScratch(300);
        var path = log.Made.PathOf(TilePath.Entries(0));
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^1]);
        Assert.Equal("tile-truncated at 0", await FindAsync(log, log.Files));
    }

    [Fact]
    public async Task A_log_that_was_rolled_back_leaves_the_mirror_as_it_is()
    {
        using var log = new LogScratch(300);
        var yesterday = log.Keep("yesterday");
        log.Grow(300);
        await MirrorAsync(log, log.Files);
        var before = FilesIn(log.PathOf("mirror"));
        Assert.Equal("log-rolled-back at 300", await FindAsync(log, yesterday));
        Assert.Equal(before, FilesIn(log.PathOf("mirror")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_an_interrupted_run_left_of_another_history_is_not_taken_for_this_logs(bool mirroredBefore)
    {
        using var log = new LogScratch(300);
        if (mirroredBefore)
            await MirrorAsync(log, log.Files);
        using var other = new MadeLog(log.PathOf("other"));
        other.Append(PlausibleEntries.All().Take(300).Concat(PlausibleEntries.All().Skip(303).Take(400)).Select(entry => entry.Encode()));
        var head = Checkpoint.Parse(other.Publish().Text);
        File.WriteAllText(log.PathOf("other/checkpoint"), log.Made.Sign(head).ToString());
        File.Delete(other.PathOf(TilePath.Entries(2, 188)));
        Assert.Equal("tile-missing at 512", await FindAsync(log, new LogFolder(other.Folder)));
        Assert.True(File.Exists(log.PathOf("mirror/tile/0/001")));

        log.Grow(400);
        await MirrorAsync(log, log.Files);
        using var mirror = new LogFolder(log.PathOf("mirror"));
        foreach (var tile in TilePath.HashesOf(700).Concat(TilePath.EntriesOf(700)))
            Assert.Equal(File.ReadAllBytes(log.Made.PathOf(tile)), await mirror.ReadTileAsync(tile, CancellationToken.None));
    }

    [Fact]
    public async Task What_an_interrupted_run_had_copied_is_not_fetched_again()
    {
        using var log = new LogScratch(700);
        var bundle = log.Made.PathOf(TilePath.Entries(2, 188));
        var octets = File.ReadAllBytes(bundle);
        File.Delete(bundle);
        Assert.Equal("tile-missing at 512", await FindAsync(log, log.Files));
        File.WriteAllBytes(bundle, octets);
        // Two bundles more may have been under way, and stopped.
        Assert.InRange((await MirrorAsync(log, log.Files)).NewTiles, 1, 3);
    }

    [Fact]
    public async Task Where_the_partial_tile_is_gone_the_full_one_stands_for_it()
    {
        using var log = new LogScratch(300);
        var checkpoint = File.ReadAllBytes(Path.Combine(log.Made.Folder, "checkpoint"));
        log.Grow(300);
        Directory.Delete(log.PathOf("log/tile/0/001.p"), recursive: true);
        Directory.Delete(log.PathOf("log/tile/entries/001.p"), recursive: true);
        File.WriteAllBytes(Path.Combine(log.Made.Folder, "checkpoint"), checkpoint);
        Assert.Equal(300, (await MirrorAsync(log, log.Files)).Entries);
    }

    private static async Task<MirrorResult> MirrorAsync(LogScratch log, LogFiles source)
    {
        using var mirror = new MirrorLog(source, log.PathOf("mirror"), log.Key);
        return await mirror.RunAsync(withEntries: true, (_, _) => { }, CancellationToken.None);
    }

    private static async Task<string> FindAsync(LogScratch log, LogFiles source)
    {
        var found = await Assert.ThrowsAsync<LogDefectException>(() => MirrorAsync(log, source));
        return $"{found.Finding.Code} at {found.Finding.Index}";
    }

    private static List<(string, string)> FilesIn(string folder) =>
        [
            .. Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Select(file => (Path.GetRelativePath(folder, file), Convert.ToBase64String(File.ReadAllBytes(file))))
                .Order(),
        ];

    private static void Flip(string path)
    {
        var octets = File.ReadAllBytes(path);
        octets[40] ^= 1;
        File.WriteAllBytes(path, octets);
    }

    private static void Edit(string path, string what, string instead)
    {
        var text = File.ReadAllText(path, System.Text.Encoding.Latin1);
        var place = text.IndexOf(what, StringComparison.Ordinal);
        File.WriteAllText(path, text.Remove(place, what.Length).Insert(place, instead), System.Text.Encoding.Latin1);
    }

    private sealed record TilePathsOf(string Folder)
    {
        public int HighestLevel =>
            Directory
                .EnumerateDirectories(Path.Combine(Folder, "tile"))
                .Select(Path.GetFileName)
                .Where(name => name != "entries")
                .Max(name => int.Parse(name!));
    }
}
