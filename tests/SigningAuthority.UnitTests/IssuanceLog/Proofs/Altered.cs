namespace SigningAuthority.UnitTests.IssuanceLog.Proofs;

/// <summary>What a forger might try with a proof.</summary>
internal static class Altered
{
    internal static byte[] Hash(byte[] hash, int bit)
    {
        var altered = hash.ToArray();
        altered[bit / 8] ^= (byte)(1 << (bit % 8));
        return altered;
    }

    /// <summary>Each hash with one bit flipped, each hash left out, and each pair of neighbours swapped.</summary>
    internal static IEnumerable<IReadOnlyList<byte[]>> Paths(IReadOnlyList<byte[]> path, int bit)
    {
        for (var i = 0; i < path.Count; i++)
        {
            yield return [.. path.Take(i), Hash(path[i], bit), .. path.Skip(i + 1)];
            yield return [.. path.Take(i), .. path.Skip(i + 1)];
            if (i > 0)
                yield return [.. path.Take(i - 1), path[i], path[i - 1], .. path.Skip(i + 1)];
        }
    }
}
