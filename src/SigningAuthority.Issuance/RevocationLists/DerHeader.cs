using System.Buffers.Binary;

namespace SigningAuthority.Issuance.RevocationLists;

/// <summary>Tag and length of what is too long for an encoder that holds all of it (X.690 §8.1, §10.1: the shortest form).</summary>
internal static class DerHeader
{
    public const byte Sequence = 0x30;

    /// <param name="tag">One octet.</param>
    /// <param name="length">Octets of the content; not negative.</param>
    public static byte[] Of(byte tag, long length)
    {
        if (length < 0x80)
            return [tag, (byte)length];

        Span<byte> octets = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(octets, length);
        var significant = octets.TrimStart((byte)0);
        return [tag, (byte)(0x80 | significant.Length), .. significant];
    }
}
