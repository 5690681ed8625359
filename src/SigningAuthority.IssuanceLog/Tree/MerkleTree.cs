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

    /// <summary>The root of a log without entries: the hash of nothing.</summary>
    public static byte[] EmptyRoot => SHA256.HashData([]);

    /// <param name="entry">The entry's stored bytes.</param>
    public static byte[] LeafHash(ReadOnlySpan<byte> entry)
    {
        Span<byte> prefixed = entry.Length < 1024 ? stackalloc byte[1024] : new byte[entry.Length + 1];
        prefixed[0] = LeafPrefix;
        entry.CopyTo(prefixed[1..]);
        return SHA256.HashData(prefixed[..(entry.Length + 1)]);
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

    internal static void RequireHash(ReadOnlySpan<byte> hash)
    {
        if (hash.Length != HashLength)
            throw new ArgumentException($"A hash of the tree has {HashLength} octets, not {hash.Length}.", nameof(hash));
    }
}
