using System.Formats.Asn1;
using System.Security.Cryptography;

namespace SigningAuthority.Issuance.Certificates;

/// <summary>Key identifiers by RFC 7093 §2 method 1: the leftmost 160 bits of SHA-256 over the subjectPublicKey's bits.</summary>
public static class KeyIdentifiers
{
    private const int Length = 20;

    /// <param name="subjectPublicKeyInfo">DER SubjectPublicKeyInfo.</param>
    /// <returns>20 octets.</returns>
    public static byte[] Of(ReadOnlyMemory<byte> subjectPublicKeyInfo)
    {
        var info = new AsnReader(subjectPublicKeyInfo, AsnEncodingRules.DER).ReadSequence();
        info.ReadEncodedValue();
        return SHA256.HashData(info.ReadBitString(out _))[..Length];
    }
}
