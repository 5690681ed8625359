using System.Numerics;

namespace SigningAuthority.IssuanceLog.Tree;

/// <summary>
/// All that appending needs to know about a tree: the roots of its perfect subtrees, one for each 1 bit of its size, the
/// largest first. At most 63 hashes, however large the log. Not thread-safe.
/// </summary>
public sealed class CompactRange
{
    private readonly List<byte[]> _nodes;

    public CompactRange()
        : this(0, []) { }

    private CompactRange(long size, List<byte[]> nodes)
    {
        Size = size;
        _nodes = nodes;
    }

    /// <summary>Leaves in the tree.</summary>
    public long Size { get; private set; }

    /// <summary>The subtrees' roots, the largest subtree (the oldest leaves) first.</summary>
    public IReadOnlyList<byte[]> Nodes => _nodes;

    /// <summary>Adds the next leaf. Amortised one node hash a leaf.</summary>
    public void Append(ReadOnlySpan<byte> leafHash)
    {
        MerkleTree.RequireHash(leafHash);
        var node = leafHash.ToArray();

        // Each trailing 1 bit of the old size is a subtree as large as the one in hand: the two become one.
        for (var carried = Size; (carried & 1) == 1; carried >>= 1)
        {
            node = MerkleTree.NodeHash(_nodes[^1], node);
            _nodes.RemoveAt(_nodes.Count - 1);
        }

        _nodes.Add(node);
        Size = checked(Size + 1);
    }

    /// <summary>The root of the tree as it stands (RFC 6962 §2.1).</summary>
    public byte[] Root()
    {
        if (_nodes.Count == 0)
            return MerkleTree.EmptyRoot;

        var root = _nodes[^1];
        for (var i = _nodes.Count - 2; i >= 0; i--)
            root = MerkleTree.NodeHash(_nodes[i], root);
        return [.. root];
    }

    /// <summary>The nodes one after another; with the size, enough to go on from.</summary>
    public byte[] ToBytes() => [.. _nodes.SelectMany(node => node)];

    /// <exception cref="ArgumentException">The bytes are not as many nodes as a tree of this size has.</exception>
    public static CompactRange FromBytes(long size, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        var count = BitOperations.PopCount((ulong)size);
        if (bytes.Length != count * MerkleTree.HashLength)
            throw new ArgumentException($"A tree of {size} leaves has {count} nodes, which {bytes.Length} octets are not.", nameof(bytes));

        var nodes = new List<byte[]>(64);
        for (var i = 0; i < count; i++)
            nodes.Add(bytes.Slice(i * MerkleTree.HashLength, MerkleTree.HashLength).ToArray());
        return new CompactRange(size, nodes);
    }
}
