using System.Collections.Concurrent;
using SigningAuthority.IssuanceLog.Proofs;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.IssuanceLog.Tiles;

/// <summary>
/// A tree of which only the tiles are known: roots and proofs come from a handful of them, whatever the tree's size. What it
/// gives out is as true as the tiles: compare the root, or verify the proof, with a signed checkpoint. Thread-safe.
/// </summary>
/// <param name="size">Leaves in the tree: a checkpoint's size, since only those have their partial tiles.</param>
/// <param name="read">Gives <c>Width × 32</c> octets.</param>
public sealed class TiledTree(long size, ReadTile read)
{
    // 8 MB of tiles; a proof needs some four for each height of 8.
    private const int MostTilesKept = 1024;

    private readonly ConcurrentDictionary<TilePath, byte[]> _tiles = new();

    /// <summary>In leaves.</summary>
    public long Size { get; } = size >= 0 ? size : throw new ArgumentOutOfRangeException(nameof(size));

    /// <exception cref="FormatException">A tile is not as long as its path says; so for all members.</exception>
    /// <exception cref="TileMissingException">So for all members.</exception>
    public ValueTask<byte[]> RootAsync(CancellationToken cancellation = default) => HashAsync(new LeafRange(0, Size), cancellation);

    /// <param name="index">From 0, below <see cref="Size"/>.</param>
    /// <param name="cancellation">Abandons it.</param>
    public async ValueTask<InclusionProof> ProveInclusionAsync(long index, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Size);
        return new InclusionProof(index, Size, await HashesAsync(LeafRange.OfInclusion(index, Size), cancellation));
    }

    /// <param name="firstSize">Of the earlier tree, from 0 to <see cref="Size"/>.</param>
    /// <param name="cancellation">Abandons it.</param>
    public async ValueTask<ConsistencyProof> ProveConsistencyAsync(long firstSize, CancellationToken cancellation = default)
    {
        RequireWithin(firstSize);
        return new ConsistencyProof(firstSize, Size, await HashesAsync(LeafRange.OfConsistency(firstSize, Size), cancellation));
    }

    /// <summary>What appending to the tree's first leaves needs: <see cref="CompactRange.Root"/> is the root it had at that size.</summary>
    /// <param name="size">From 0 to <see cref="Size"/>.</param>
    /// <param name="cancellation">Abandons it.</param>
    public async ValueTask<CompactRange> FrontierAsync(long size, CancellationToken cancellation = default)
    {
        RequireWithin(size);
        return await FrontierAsync(new LeafRange(0, size), cancellation);
    }

    /// <summary>Proves which leaves stand from one place to another, all of them.</summary>
    /// <param name="from">The first, from 0.</param>
    /// <param name="to">Behind the last: from <paramref name="from"/> to <see cref="Size"/>.</param>
    /// <param name="cancellation">Abandons it.</param>
    public async ValueTask<RangeProof> ProveRangeAsync(long from, long to, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, to);
        RequireWithin(to);
        var left = await HashesAsync(LeafRange.Perfect(0, from), cancellation);
        var right = await HashesAsync(LeafRange.Perfect(to, Size), cancellation);
        return new RangeProof(from, to, Size, left, right);
    }

    private async ValueTask<List<byte[]>> HashesAsync(IEnumerable<LeafRange> ranges, CancellationToken cancellation)
    {
        var hashes = new List<byte[]>();
        foreach (var range in ranges)
            hashes.Add(await HashAsync(range, cancellation));
        return hashes;
    }

    private async ValueTask<byte[]> HashAsync(LeafRange range, CancellationToken cancellation) =>
        (await FrontierAsync(range, cancellation)).Root();

    // The ranges of proofs start at a multiple of their largest subtree, so that they look like a tree of their own.
    private async ValueTask<CompactRange> FrontierAsync(LeafRange range, CancellationToken cancellation)
    {
        var frontier = new CompactRange();
        foreach (var subtree in LeafRange.Perfect(range.Start, range.End))
            frontier.AppendSubtree(subtree.Height, await SubtreeAsync(subtree, cancellation));
        return frontier;
    }

    // The levels between those that tiles hold are hashed from the tile below (C2SP tlog-tiles, "Merkle Tree").
    private async ValueTask<byte[]> SubtreeAsync(LeafRange subtree, CancellationToken cancellation)
    {
        var level = subtree.Height / TilePath.Height;
        var first = subtree.Start >> (level * TilePath.Height);
        var count = 1 << (subtree.Height % TilePath.Height);
        var tile = await TileAsync(TilePath.Holding(level, first, Size), cancellation);
        var place = (int)(first % TilePath.FullWidth) * MerkleTree.HashLength;
        return MerkleTree.RootOf(tile.AsSpan(place, count * MerkleTree.HashLength));
    }

    private async ValueTask<byte[]> TileAsync(TilePath path, CancellationToken cancellation)
    {
        if (_tiles.TryGetValue(path, out var known))
            return known;

        var tile = await read(path, cancellation);
        if (tile.Length != path.Width * MerkleTree.HashLength)
            throw new FormatException($"{path} has {tile.Length} octets, not {path.Width * MerkleTree.HashLength}.");

        if (_tiles.Count >= MostTilesKept)
            _tiles.Clear();
        _tiles[path] = tile;
        return tile;
    }

    private void RequireWithin(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Size);
    }
}
