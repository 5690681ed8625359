using System.Numerics;
using System.Security.Cryptography;

namespace SigningAuthority.IssuanceLog.Tree;

/// <summary>
/// The hashes of RFC 6962 §2.1 with SHA-256. A leaf and a node are hashed with different prefixes, so that a node can never
/// be passed off as an entry.
/// </summary>
public static class MerkleTree
{
    /// <summary>Octets of each hash.</summary>
    public const int HashLength = SHA256.HashSizeInBytes;

    private const byte LeafPrefix = 0x00;
    private const byte NodePrefix = 0x01;

    // A full tile (C2SP tlog-tiles).
    private const int MaxStackOctets = 256 * HashLength;

    /// <summary>The root of a log without entries: the hash of nothing.</summary>
    public static byte[] EmptyRoot => SHA256.HashData([]);

    /// <param name="entry">The entry's stored bytes.</param>
    public static byte[] LeafHash(ReadOnlySpan<byte> entry)
    {
        var hash = new byte[HashLength];
        LeafHash(entry, hash);
        return hash;
    }

    /// <param name="entry">The entry's stored bytes.</param>
    /// <param name="hash">Takes 32 octets.</param>
    public static void LeafHash(ReadOnlySpan<byte> entry, Span<byte> hash)
    {
        Span<byte> prefixed = entry.Length < 1024 ? stackalloc byte[1024] : new byte[entry.Length + 1];
        prefixed[0] = LeafPrefix;
        entry.CopyTo(prefixed[1..]);
        SHA256.HashData(prefixed[..(entry.Length + 1)], hash);
    }

    public static byte[] NodeHash(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        RequireHash(left);
        RequireHash(right);
        Span<byte> prefixed = stackalloc byte[1 + (2 * HashLength)];
        prefixed[0] = NodePrefix;
        left.CopyTo(prefixed[1..]);
        right.CopyTo(prefixed[(1 + HashLength)..]);
        return SHA256.HashData(prefixed);
    }

    /// <summary>The root over leaves or nodes that stand one after another, 2^n of them (the inside of a tile).</summary>
    internal static byte[] RootOf(ReadOnlySpan<byte> hashes)
    {
        var count = hashes.Length / HashLength;
        if (count == 0 || !BitOperations.IsPow2(count) || hashes.Length % HashLength != 0)
            throw new ArgumentException("A perfect subtree has a power of two of hashes.", nameof(hashes));

        // Each pair is hashed into the place of its first half's pair: no hash is read after it was overwritten.
        Span<byte> level = stackalloc byte[Math.Min(hashes.Length, MaxStackOctets)];
        level = hashes.Length <= MaxStackOctets ? level : new byte[hashes.Length];
        hashes.CopyTo(level);
        Span<byte> prefixed = stackalloc byte[1 + (2 * HashLength)];
        prefixed[0] = NodePrefix;
        for (; count > 1; count /= 2)
        {
            for (var i = 0; i < count / 2; i++)
            {
                level.Slice(i * 2 * HashLength, 2 * HashLength).CopyTo(prefixed[1..]);
                SHA256.HashData(prefixed, level.Slice(i * HashLength, HashLength));
            }
        }

        return level[..HashLength].ToArray();
    }

    internal static void RequireHash(ReadOnlySpan<byte> hash)
    {
        if (hash.Length != HashLength)
            throw new ArgumentException($"A hash of the tree has {HashLength} octets, not {hash.Length}.", nameof(hash));
    }
}
