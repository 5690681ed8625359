using System.Collections.Concurrent;
using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Client.Log.Mirrors;

/// <summary>
/// Copies a log into a folder from the root down: each tile is proven by the one above it, the uppermost by the signed
/// checkpoint, and nothing unproven is ever written.
/// </summary>
internal sealed class MirrorLog(LogFiles source, string folder, NoteKey key) : IDisposable
{
    private readonly LogFolder _mirror = new(folder);
    private readonly ConcurrentDictionary<TilePath, byte[]> _edge = new();
    private long _mirrored;
    private long _done;
    private long _new;

    /// <param name="withEntries">The entries too, which may need a token.</param>
    /// <param name="progress">Tiles done, of how many.</param>
    /// <param name="cancellation">What is written by then stays, and is not fetched again.</param>
    /// <exception cref="LogDefectException">What was found; the mirror's checkpoint stays as it was.</exception>
    public async Task<MirrorResult> RunAsync(bool withEntries, Action<long, long> progress, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);

        // 1. The newest checkpoint contains the mirror's own.
        var octets = await source.ReadCheckpointAsync(cancellation);
        var newest = TrustedCheckpoint.Verify(octets, key);
        if (File.Exists(PathOf(LogFiles.CheckpointPath)))
        {
            var own = await TrustedCheckpoint.ReadAsync(_mirror, key, cancellation);
            await CompareCheckpoints.RequireSuccessorAsync(own, newest, source, cancellation);
            _mirrored = own.Size;
        }

        // 2. The tiles at the tree's edge, which no tile above holds, make the root: they are proven all at once, and kept.
        await CompareCheckpoints.RequireRootAsync(new TiledTree(newest.Size, ReadEdgeAsync), newest, cancellation);

        // 3. From the top down, each full tile against the hash in the tile above it; then the entries against the leaves' hashes.
        var all = TilePath.HashesOf(newest.Size).LongCount() + (withEntries ? TilePath.EntriesOf(newest.Size).LongCount() : 0);
        for (var level = HighestLevel(newest.Size); level >= (withEntries ? TilePath.EntriesLevel : 0); level--)
            await CopyLevelAsync(level, newest.Size, () => progress(Interlocked.Increment(ref _done), all), cancellation);

        // 4. Last the checkpoint, which says that all of it is there.
        await ReplaceFile.WriteAsync(PathOf(LogFiles.CheckpointPath), octets, cancellation);
        return new MirrorResult(newest.Size, _new);
    }

    public void Dispose() => _mirror.Dispose();

    private Task CopyLevelAsync(int level, long size, Action done, CancellationToken cancellation) =>
        Parallel.ForEachAsync(
            Tiles(level, size),
            new ParallelOptions { MaxDegreeOfParallelism = source.Parallel, CancellationToken = cancellation },
            async (tile, stop) =>
            {
                if (!await IsThereAsync(tile, size, stop))
                {
                    Write(tile, await FetchAsync(tile, size, stop));
                    Interlocked.Increment(ref _new);
                }

                done();
            }
        );

    private async ValueTask<byte[]> FetchAsync(TilePath tile, long size, CancellationToken cancellation)
    {
        if (_edge.TryGetValue(tile, out var proven))
            return proven;
        var octets = await source.ReadWholeTileAsync(tile, cancellation);
        await RequireProvenAsync(tile, octets, size, cancellation);
        return octets;
    }

    private async Task RequireProvenAsync(TilePath tile, byte[] octets, long size, CancellationToken cancellation)
    {
        if (tile.IsEntries)
            await RequireEntriesAsync(tile, octets, size, cancellation);
        else if (!_edge.TryGetValue(tile, out var proven))
            await RequireHashesAsync(tile, octets, size, cancellation);
        else if (!octets.AsSpan().SequenceEqual(proven))
            throw new LogDefectException(LogFindingCodes.TileAltered, $"{tile} is not the one that the root was made of.");
    }

    private async Task RequireHashesAsync(TilePath tile, byte[] octets, long size, CancellationToken cancellation)
    {
        var above = await _mirror.ReadWholeTileAsync(TilePath.Holding(tile.Level + 1, tile.Index, size), cancellation);
        var root = new CompactRange();
        for (var i = 0; i < tile.Width; i++)
            root.Append(HashAt(octets, i));
        if (!HashAt(above, (int)(tile.Index % TilePath.FullWidth)).SequenceEqual(root.Root()))
            throw new LogDefectException(
                LogFindingCodes.TileAltered,
                $"{tile} is not the one that the tree was made of.",
                tile.First << (tile.Level * TilePath.Height)
            );
    }

    private async Task RequireEntriesAsync(TilePath tile, byte[] octets, long size, CancellationToken cancellation)
    {
        var leaves = await _mirror.ReadWholeTileAsync(TilePath.Holding(0, tile.First, size), cancellation);
        var entries = LogFiles.ReadBundle(tile, octets);
        for (var i = 0; i < entries.Count; i++)
        {
            if (!HashAt(leaves, i).SequenceEqual(MerkleTree.LeafHash(entries[i].Span)))
                throw new LogDefectException(
                    LogFindingCodes.EntryAltered,
                    "the entry's octets are not those that the tree was made of.",
                    tile.First + i
                );
        }
    }

    private async ValueTask<byte[]> ReadEdgeAsync(TilePath tile, CancellationToken cancellation)
    {
        var octets = await source.ReadWholeTileAsync(tile, cancellation);
        // Of a full tile the root proves only the part that was hashed for it.
        if (!tile.IsFull)
            _edge[tile] = octets;
        return octets;
    }

    // What the mirror's own checkpoint covers was proven for it. What lies beyond is from a run that was interrupted, perhaps of another
    // history than the one that is copied now: it is proven again, but need not be fetched.
    private async Task<bool> IsThereAsync(TilePath tile, long size, CancellationToken cancellation)
    {
        if (!HasItsLength(tile))
            return false;
        if ((tile.First + tile.Width) << (TilePath.Height * Math.Max(tile.Level, 0)) <= _mirrored)
            return true;
        try
        {
            await RequireProvenAsync(tile, await _mirror.ReadWholeTileAsync(tile, cancellation), size, cancellation);
            return true;
        }
        catch (LogDefectException)
        {
            return false;
        }
    }

    private bool HasItsLength(TilePath tile) =>
        new FileInfo(PathOf(tile.ToString())) is { Exists: true } file
        && (tile.IsEntries ? file.Length > 0 : file.Length == tile.Width * MerkleTree.HashLength);

    private void Write(TilePath tile, byte[] octets)
    {
        var path = PathOf(tile.ToString());
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (var file = new FileStream(path + ".new", FileMode.Create, FileAccess.Write))
        {
            file.Write(octets);
            // The checkpoint that comes last says that this is there, after a power cut too.
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path, overwrite: true);

        // A full tile stands for its partial ones (tlog-tiles, "Partial Tiles").
        if (tile.IsFull && Directory.Exists(path + ".p"))
            Directory.Delete(path + ".p", recursive: true);
    }

    private string PathOf(string path) => LogFolder.PathOf(folder, path);

    private static ReadOnlySpan<byte> HashAt(byte[] tile, int place) => tile.AsSpan(place * MerkleTree.HashLength, MerkleTree.HashLength);

    private static int HighestLevel(long size)
    {
        var level = 0;
        for (var nodes = size >> TilePath.Height; nodes > 0; nodes >>= TilePath.Height)
            level++;
        return level;
    }

    private static IEnumerable<TilePath> Tiles(int level, long size)
    {
        var nodes = size >> (Math.Max(level, 0) * TilePath.Height);
        for (long first = 0; first < nodes; first += TilePath.FullWidth)
            yield return TilePath.Holding(level, first, size);
    }
}

/// <param name="Entries">In the mirrored log.</param>
/// <param name="NewTiles">Fetched by this run, bundles included.</param>
internal sealed record MirrorResult(long Entries, long NewTiles);
