using System.Numerics;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.IssuanceLog.Proofs;

/// <summary>
/// Evidence that a later tree begins with all the entries of an earlier one, unchanged and in their order (RFC 6962 §2.1.2).
/// </summary>
/// <param name="FirstSize">Leaves in the earlier tree.</param>
/// <param name="SecondSize">Leaves in the later tree, not fewer.</param>
/// <param name="Path">Empty if the sizes are equal or the earlier tree is empty.</param>
public sealed record ConsistencyProof(long FirstSize, long SecondSize, IReadOnlyList<byte[]> Path)
{
    /// <summary>Hashes the whole tree, so its cost grows with the number of leaves.</summary>
    /// <param name="leafHashes">All leaves of the later tree, in order.</param>
    /// <param name="firstSize">From 0 to the number of leaves, both included.</param>
    /// <exception cref="ArgumentOutOfRangeException">The earlier tree is larger than the later one.</exception>
    public static ConsistencyProof Generate(IReadOnlyList<byte[]> leafHashes, long firstSize)
    {
        ArgumentNullException.ThrowIfNull(leafHashes);
        ArgumentOutOfRangeException.ThrowIfNegative(firstSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstSize, leafHashes.Count);
        var path = LeafRange.OfConsistency(firstSize, leafHashes.Count).ConvertAll(range => range.Root(leafHashes));
        return new ConsistencyProof(firstSize, leafHashes.Count, path);
    }

    /// <summary>The algorithm of RFC 9162 §2.1.4.2. Anything that does not fit is false.</summary>
    public bool Verify(ReadOnlySpan<byte> firstRoot, ReadOnlySpan<byte> secondRoot)
    {
        if (FirstSize < 0 || FirstSize > SecondSize || firstRoot.Length != MerkleTree.HashLength || !ProofPath.IsWellFormed(Path))
            return false;

        if (FirstSize == SecondSize)
            return Path.Count == 0 && firstRoot.SequenceEqual(secondRoot);

        if (FirstSize == 0)
            return Path.Count == 0 && firstRoot.SequenceEqual(MerkleTree.EmptyRoot) && secondRoot.Length == MerkleTree.HashLength;

        // A perfect earlier tree is a node of the later one: the walk starts at its root.
        IReadOnlyList<byte[]> path = BitOperations.IsPow2(FirstSize) ? [firstRoot.ToArray(), .. Path] : Path;
        if (path.Count == 0)
            return false;

        return Rebuild(path) is var (first, second) && firstRoot.SequenceEqual(first) && secondRoot.SequenceEqual(second);
    }

    private (byte[] First, byte[] Second)? Rebuild(IReadOnlyList<byte[]> path)
    {
        var (fn, sn) = (FirstSize - 1, SecondSize - 1);
        for (; (fn & 1) == 1; fn >>= 1)
            sn >>= 1;

        var (first, second) = (path[0], path[0]);
        foreach (var node in path.Skip(1))
        {
            if (sn == 0)
                return null;

            if ((fn & 1) == 1 || fn == sn)
            {
                first = MerkleTree.NodeHash(node, first);
                second = MerkleTree.NodeHash(node, second);
                for (; (fn & 1) == 0 && fn != 0; fn >>= 1)
                    sn >>= 1;
            }
            else
            {
                second = MerkleTree.NodeHash(second, node);
            }

            (fn, sn) = (fn >> 1, sn >> 1);
        }

        return sn == 0 ? (first, second) : null;
    }
}
