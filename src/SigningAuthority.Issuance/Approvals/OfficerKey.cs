using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace SigningAuthority.Issuance.Approvals;

/// <summary>An officer's public key: ECDSA on P-256 (FIPS 186-5), nothing else, so that each signature is verified in one way.</summary>
public sealed class OfficerKey
{
    private const string P256 = "1.2.840.10045.3.1.7";

    private readonly byte[] _subjectPublicKeyInfo;

    private OfficerKey(byte[] subjectPublicKeyInfo) => _subjectPublicKeyInfo = subjectPublicKeyInfo;

    /// <summary>DER.</summary>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo => _subjectPublicKeyInfo;

    public byte[] Sha256 => SHA256.HashData(_subjectPublicKeyInfo);

    /// <param name="subjectPublicKeyInfo">DER, and nothing after it.</param>
    /// <param name="key">The key, in its one encoding: what is compared and kept.</param>
    public static bool TryRead(ReadOnlySpan<byte> subjectPublicKeyInfo, [NotNullWhen(true)] out OfficerKey? key)
    {
        key = null;
        try
        {
            using var ecdsa = ECDsa.Create();
            ecdsa.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out var read);
            if (read == subjectPublicKeyInfo.Length && IsP256(ecdsa))
                key = new OfficerKey(ecdsa.ExportSubjectPublicKeyInfo());
        }
        catch (CryptographicException)
        {
            // Another kind of key, or none.
        }

        return key is not null;
    }

    /// <summary>The same from PEM ("-----BEGIN PUBLIC KEY-----"), as `openssl pkey -pubout` writes it.</summary>
    public static bool TryReadPem(string pem, [NotNullWhen(true)] out OfficerKey? key)
    {
        key = null;
        if (!PemEncoding.TryFind(pem, out var fields) || pem[fields.Label] != "PUBLIC KEY")
            return false;

        var der = new byte[fields.DecodedDataLength];
        return Convert.TryFromBase64String(pem[fields.Base64Data], der, out var length) && TryRead(der.AsSpan(0, length), out key);
    }

    /// <param name="statement">The signed octets.</param>
    /// <param name="signature">ECDSA with SHA-256, DER (RFC 3279 §2.2.3), as `openssl dgst -sha256 -sign` writes it.</param>
    public bool Verifies(ReadOnlySpan<byte> statement, ReadOnlySpan<byte> signature)
    {
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportSubjectPublicKeyInfo(_subjectPublicKeyInfo, out _);
        try
        {
            return ecdsa.VerifyData(statement, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            // No DER at all.
            return false;
        }
    }

    private static bool IsP256(ECDsa ecdsa) => ecdsa.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == P256;
}
