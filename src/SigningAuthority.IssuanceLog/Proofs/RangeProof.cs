using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.IssuanceLog.Proofs;

/// <summary>
/// Evidence which leaves stand in the tree from one place to another: these, in this order, none left out. It is the rest of
/// the tree, as few perfect subtrees as possible on either side; with the leaves between them they make the root. A range
/// without leaves proves what the tree's first leaves were: its left side is the frontier of that size.
/// </summary>
/// <param name="From">The first leaf, from 0.</param>
/// <param name="To">Behind the last leaf, at least <paramref name="From"/>.</param>
/// <param name="TreeSize">Leaves in the tree that the root belongs to, at least <paramref name="To"/>.</param>
/// <param name="Left">Roots of the subtrees before the range, from left to right: one for each 1 bit of <paramref name="From"/>.</param>
/// <param name="Right">Roots of the subtrees behind it, from left to right; at most 126.</param>
public sealed record RangeProof(long From, long To, long TreeSize, IReadOnlyList<byte[]> Left, IReadOnlyList<byte[]> Right)
{
    /// <summary>Takes the leaves one by one and in constant memory.</summary>
    public RangeVerifier Begin() => new(this);

    /// <summary>All at once: true if exactly these leaves stand there.</summary>
    /// <param name="leafHashes">From the first to the last.</param>
    /// <param name="rootHash">The tree's.</param>
    public bool Verify(IEnumerable<byte[]> leafHashes, ReadOnlySpan<byte> rootHash)
    {
        ArgumentNullException.ThrowIfNull(leafHashes);
        var verifier = Begin();
        foreach (var leaf in leafHashes)
            verifier.Append(leaf);
        return verifier.Verify(rootHash);
    }

    internal bool IsWellFormed()
    {
        if (From < 0 || From > To || To > TreeSize || Left is null || Right is null)
            return false;

        return Left.Count == LeafRange.Perfect(0, From).Count()
            && Right.Count == LeafRange.Perfect(To, TreeSize).Count()
            && Left.Concat(Right).All(hash => hash is { Length: MerkleTree.HashLength });
    }
}
