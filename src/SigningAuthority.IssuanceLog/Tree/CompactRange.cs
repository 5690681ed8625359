using System.Numerics;
using SigningAuthority.IssuanceLog.Tiles;

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
    /// <param name="leafHash">32 octets.</param>
    /// <param name="completed">Takes the nodes that this leaf completes and tiles hold: those of level 1, 2, … (C2SP tlog-tiles).</param>
    public void Append(ReadOnlySpan<byte> leafHash, ICollection<TreeNode>? completed = null) => AppendSubtree(0, leafHash, completed);

    /// <summary>Adds 2^height leaves at once, of which only the root is known.</summary>
    /// <param name="height">0 is a leaf. The size must be a multiple of 2^height.</param>
    /// <param name="root">Of the perfect subtree, 32 octets.</param>
    /// <param name="completed">As for <see cref="Append"/>; the subtree itself among them.</param>
    public void AppendSubtree(int height, ReadOnlySpan<byte> root, ICollection<TreeNode>? completed = null)
    {
        MerkleTree.RequireHash(root);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)height, 62u, nameof(height));
        var leaves = 1L << height;
        if ((Size & (leaves - 1)) != 0)
            throw new ArgumentException($"No subtree of {leaves} leaves starts at leaf {Size}.", nameof(height));

        // Each 1 bit of the old size from here up is a subtree as large as the one in hand: the two become one.
        var node = root.ToArray();
        for (Complete(height, node, completed); ((Size >> height) & 1) == 1; Complete(++height, node, completed))
        {
            node = MerkleTree.NodeHash(_nodes[^1], node);
            _nodes.RemoveAt(_nodes.Count - 1);
        }

        _nodes.Add(node);
        Size = checked(Size + leaves);
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

    private void Complete(int height, byte[] node, ICollection<TreeNode>? completed)
    {
        if (height > 0 && height % TilePath.Height == 0)
            completed?.Add(new TreeNode(height / TilePath.Height, Size >> height, node));
    }
}
