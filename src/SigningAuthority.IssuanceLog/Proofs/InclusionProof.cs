using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.IssuanceLog.Proofs;

/// <summary>
/// Evidence that one entry stands in the tree at one place: the sibling hashes on the way from its leaf to the root, the
/// lowest first (RFC 6962 §2.1.1).
/// </summary>
/// <param name="LeafIndex">From 0.</param>
/// <param name="TreeSize">Leaves in the tree that the root belongs to.</param>
/// <param name="Path">At most 63 hashes.</param>
public sealed record InclusionProof(long LeafIndex, long TreeSize, IReadOnlyList<byte[]> Path)
{
    /// <summary>Hashes the whole tree, so its cost grows with the number of leaves.</summary>
    /// <param name="leafHashes">All leaves of the tree, in order.</param>
    /// <param name="leafIndex">The leaf to prove.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tree has no such leaf.</exception>
    public static InclusionProof Generate(IReadOnlyList<byte[]> leafHashes, long leafIndex)
    {
        ArgumentNullException.ThrowIfNull(leafHashes);
        ArgumentOutOfRangeException.ThrowIfNegative(leafIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(leafIndex, leafHashes.Count);

        var path = LeafRange.OfInclusion(leafIndex, leafHashes.Count).ConvertAll(range => range.Root(leafHashes));
        return new InclusionProof(leafIndex, leafHashes.Count, path);
    }

    /// <summary>The algorithm of RFC 9162 §2.1.3.2. Anything that does not fit is false.</summary>
    public bool Verify(ReadOnlySpan<byte> leafHash, ReadOnlySpan<byte> rootHash)
    {
        if (LeafIndex < 0 || LeafIndex >= TreeSize || leafHash.Length != MerkleTree.HashLength || !ProofPath.IsWellFormed(Path))
            return false;

        var (fn, sn) = (LeafIndex, TreeSize - 1);
        var hash = leafHash.ToArray();
        foreach (var sibling in Path)
        {
            if (sn == 0)
                return false;

            if ((fn & 1) == 1 || fn == sn)
            {
                hash = MerkleTree.NodeHash(sibling, hash);
                for (; (fn & 1) == 0 && fn != 0; fn >>= 1)
                    sn >>= 1;
            }
            else
            {
                hash = MerkleTree.NodeHash(hash, sibling);
            }

            (fn, sn) = (fn >> 1, sn >> 1);
        }

        return sn == 0 && rootHash.SequenceEqual(hash);
    }
}
