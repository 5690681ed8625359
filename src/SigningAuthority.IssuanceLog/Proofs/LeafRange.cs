using System.Numerics;
using System.Runtime.InteropServices;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.IssuanceLog.Proofs;

/// <summary>The leaves from <paramref name="Start"/> on, <paramref name="Size"/> of them: the D[k1:k2] of RFC 6962 §2.1.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LeafRange(long Start, long Size)
{
    /// <summary>Behind the last leaf.</summary>
    internal long End => Start + Size;

    /// <summary>Of a perfect subtree: log2 of its size.</summary>
    internal int Height => BitOperations.Log2((ulong)Size);

    /// <summary>What an inclusion proof is made of, the lowest sibling first: PATH of RFC 6962 §2.1.1.</summary>
    internal static List<LeafRange> OfInclusion(long index, long size)
    {
        var path = new List<LeafRange>();
        var tree = new LeafRange(0, size);
        while (tree.Size > 1)
        {
            var (left, right) = tree.Split();
            var goesLeft = index < right.Start;
            path.Add(goesLeft ? right : left);
            tree = goesLeft ? left : right;
        }

        path.Reverse();
        return path;
    }

    /// <summary>What a consistency proof is made of: PROOF of RFC 6962 §2.1.2.</summary>
    internal static List<LeafRange> OfConsistency(long firstSize, long secondSize)
    {
        if (firstSize == 0 || firstSize == secondSize)
            return [];

        // SUBPROOF, walked from the root down until the subtree is one that the earlier tree had whole.
        var path = new List<LeafRange>();
        var tree = new LeafRange(0, secondSize);
        while (tree.End != firstSize)
        {
            var (left, right) = tree.Split();
            var goesLeft = firstSize <= right.Start;
            path.Add(goesLeft ? right : left);
            tree = goesLeft ? left : right;
        }

        // The verifier has the earlier root already: if that is where the walk ended, it is not repeated.
        if (tree.Start != 0)
            path.Add(tree);

        path.Reverse();
        return path;
    }

    /// <summary>The fewest perfect subtrees that hold exactly these leaves, from left to right.</summary>
    /// <param name="start">The first leaf.</param>
    /// <param name="end">Behind the last.</param>
    internal static IEnumerable<LeafRange> Perfect(long start, long end)
    {
        while (start < end)
        {
            // As large as the place allows (subtrees start at multiples of their size) and as what is left allows.
            var fitting = 1L << BitOperations.Log2((ulong)(end - start));
            var size = start == 0 ? fitting : Math.Min(start & -start, fitting);
            yield return new LeafRange(start, size);
            start += size;
        }
    }

    internal byte[] Root(IReadOnlyList<byte[]> leafHashes)
    {
        var range = new CompactRange();
        for (var i = Start; i < End; i++)
            range.Append(leafHashes[(int)i]);
        return range.Root();
    }

    // After the largest power of two that is smaller than the size, which must be 2 or more.
    private (LeafRange Left, LeafRange Right) Split()
    {
        var k = 1L << BitOperations.Log2((ulong)(Size - 1));
        return (this with { Size = k }, new LeafRange(Start + k, Size - k));
    }
}
