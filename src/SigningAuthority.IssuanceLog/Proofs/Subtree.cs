using System.Numerics;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.IssuanceLog.Proofs;

/// <summary>The leaves from <paramref name="Start"/> on, <paramref name="Size"/> of them: the D[k1:k2] of RFC 6962 §2.1.</summary>
internal readonly record struct Subtree(IReadOnlyList<byte[]> LeafHashes, int Start, int Size)
{
    /// <summary>Splits after the largest power of two that is smaller than the size, which must be 2 or more.</summary>
    internal (Subtree Left, Subtree Right) Split()
    {
        var k = 1 << BitOperations.Log2((uint)(Size - 1));
        return (this with { Size = k }, this with { Start = Start + k, Size = Size - k });
    }

    internal byte[] Root()
    {
        var range = new CompactRange();
        for (var i = Start; i < Start + Size; i++)
            range.Append(LeafHashes[i]);
        return range.Root();
    }
}
