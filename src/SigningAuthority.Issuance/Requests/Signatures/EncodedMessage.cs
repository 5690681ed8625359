using System.Security.Cryptography;

namespace SigningAuthority.Issuance.Requests.Signatures;

/// <summary>EMSA-PKCS1-v1_5 (RFC 8017 §9.2): what a signature, raised to the public exponent, must be octet by octet.</summary>
internal static class EncodedMessage
{
    // RFC 8017 §9.2, note 1: the DER of DigestInfo up to the digest, with NULL parameters.
    private static ReadOnlySpan<byte> Sha256Prefix =>
        [0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];

    /// <summary>Writes 00 01 FF … FF 00 DigestInfo.</summary>
    /// <param name="data">What was signed.</param>
    /// <param name="message">As long as the modulus; at least 62 octets.</param>
    public static void WriteSha256(ReadOnlySpan<byte> data, Span<byte> message)
    {
        var digest = message[^SHA256.HashSizeInBytes..];
        var prefix = message[..^SHA256.HashSizeInBytes][^Sha256Prefix.Length..];
        message.Fill(0xFF);
        message[0] = 0x00;
        message[1] = 0x01;
        message[^(SHA256.HashSizeInBytes + Sha256Prefix.Length + 1)] = 0x00;
        Sha256Prefix.CopyTo(prefix);
        SHA256.HashData(data, digest);
    }
}
