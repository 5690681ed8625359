using System.Security.Cryptography;

namespace SigningAuthority.Issuance.Production;

/// <summary>
/// Verifies what `openssl dgst -sha256 -sign` made: RSA PKCS#1 v1.5 with SHA-256 (RFC 8017 §8.2), or ECDSA with SHA-256 in DER (RFC 3279
/// §2.2.3) on P-256 or P-384. The key says which; nothing in the file or its signature does. Thread-safe.
/// </summary>
public sealed class OrderVerifier
{
    private const int SmallestRsaBits = 2048,
        LargestRsaBits = 8192;

    private static readonly string[] Curves = ["1.2.840.10045.3.1.7", "1.3.132.0.34"];

    private readonly byte[] _subjectPublicKeyInfo;
    private readonly bool _isRsa;

    private OrderVerifier(byte[] subjectPublicKeyInfo, bool isRsa) => (_subjectPublicKeyInfo, _isRsa) = (subjectPublicKeyInfo, isRsa);

    /// <param name="publicKey">Base64 of a SubjectPublicKeyInfo in DER.</param>
    /// <returns>Null where it is none, or of another algorithm or size.</returns>
    public static OrderVerifier? Read(string publicKey)
    {
        var der = new byte[publicKey.Length];
        if (!Convert.TryFromBase64String(publicKey, der, out var length))
            return null;
        Array.Resize(ref der, length);
        return IsRsa(der) ? new OrderVerifier(der, isRsa: true)
            : IsOnCurve(der) ? new OrderVerifier(der, isRsa: false)
            : null;
    }

    public bool Verifies(ReadOnlySpan<byte> file, ReadOnlySpan<byte> signature)
    {
        try
        {
            if (_isRsa)
            {
                using var rsa = RSA.Create();
                rsa.ImportSubjectPublicKeyInfo(_subjectPublicKeyInfo, out _);
                return rsa.VerifyData(file, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            }

            using var ecdsa = ECDsa.Create();
            ecdsa.ImportSubjectPublicKeyInfo(_subjectPublicKeyInfo, out _);
            return ecdsa.VerifyData(file, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            // No signature at all.
            return false;
        }
    }

    private static bool IsRsa(byte[] der)
    {
        using var rsa = RSA.Create();
        return Imports(rsa, der) && rsa.KeySize is >= SmallestRsaBits and <= LargestRsaBits;
    }

    private static bool IsOnCurve(byte[] der)
    {
        using var ecdsa = ECDsa.Create();
        return Imports(ecdsa, der) && Curves.Contains(ecdsa.ExportParameters(includePrivateParameters: false).Curve.Oid.Value);
    }

    private static bool Imports(AsymmetricAlgorithm key, byte[] der)
    {
        try
        {
            key.ImportSubjectPublicKeyInfo(der, out var read);
            return read == der.Length;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
