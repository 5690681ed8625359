using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.IssuanceLog.Tiles;

/// <summary>The tiles above the leaves, read as a walk along the leaves comes by: one of each level at a time.</summary>
internal sealed class NodeTiles(ReadTile read, long treeSize)
{
    private readonly Dictionary<int, (TilePath Path, byte[]? Hashes)> _current = [];

    /// <summary>The node as the tiles have it; null if its tile can't be had, which is said once.</summary>
    internal async ValueTask<byte[]?> NodeAsync(int level, long index, List<LogFinding> findings, CancellationToken cancellation)
    {
        var path = TilePath.Holding(level, index, treeSize);
        if (!_current.TryGetValue(level, out var tile) || tile.Path != path)
        {
            tile = (path, await BundleReading.TryHashesAsync(read, path, findings, cancellation));
            _current[level] = tile;
        }

        var place = (int)(index % TilePath.FullWidth) * MerkleTree.HashLength;
        return tile.Hashes?.AsSpan(place, MerkleTree.HashLength).ToArray();
    }
}
