using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.UnitTests.IssuanceLog.Tiles;

/// <summary>The tiles of a small log, made from the definition (C2SP tlog-tiles, "Merkle Tree") and not by appending.</summary>
internal sealed class TilesInMemory
{
    private readonly Dictionary<TilePath, byte[]> _tiles = [];

    internal TilesInMemory(IReadOnlyList<byte[]> entries, long? size = null)
    {
        Entries = [.. entries.Take((int)(size ?? entries.Count))];
        LeafHashes = [.. Entries.Select(entry => MerkleTree.LeafHash(entry))];
        var level = LeafHashes;
        foreach (var tile in TilePath.EntriesOf(Size))
            _tiles[tile] = EntryBundle.Encode(Entries.Skip((int)tile.First).Take(tile.Width));
        foreach (var tiles in TilePath.HashesOf(Size).GroupBy(tile => tile.Level))
        {
            foreach (var tile in tiles)
                _tiles[tile] = [.. level.Skip((int)tile.First).Take(tile.Width).SelectMany(hash => hash)];
            level = [.. level.Chunk(256).Where(full => full.Length == 256).Select(MerkleTreeHash)];
        }
    }

    internal long Size => Entries.Count;

    internal IReadOnlyList<byte[]> Entries { get; }

    internal IReadOnlyList<byte[]> LeafHashes { get; }

    internal List<TilePath> WereRead { get; } = [];

    internal byte[] this[TilePath tile]
    {
        get => _tiles[tile];
        set => _tiles[tile] = value;
    }

    internal byte[] Root => Size == 0 ? MerkleTree.EmptyRoot : MerkleTreeHash([.. LeafHashes]);

    internal Checkpoint Checkpoint => new("log.example.com", Size, Root);

    internal TiledTree Tree => new(Size, ReadAsync);

    internal void Remove(TilePath tile) => _tiles.Remove(tile);

    internal ValueTask<byte[]> ReadAsync(TilePath tile, CancellationToken cancellation)
    {
        lock (WereRead)
            WereRead.Add(tile);
        return _tiles.TryGetValue(tile, out var octets) ? ValueTask.FromResult(octets.ToArray()) : throw new TileMissingException(tile);
    }

    // RFC 6962 §2.1, word for word.
    private static byte[] MerkleTreeHash(byte[][] leaves)
    {
        if (leaves.Length == 1)
            return leaves[0];

        var k = 1;
        while (k * 2 < leaves.Length)
            k *= 2;
        return MerkleTree.NodeHash(MerkleTreeHash(leaves[..k]), MerkleTreeHash(leaves[k..]));
    }
}
