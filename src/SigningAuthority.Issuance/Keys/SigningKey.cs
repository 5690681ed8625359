using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SigningAuthority.Issuance.Keys;

/// <summary>
/// A private key that can sign and cannot be read: public key, algorithm, sign, and nothing else. Where the key lives
/// (a token, an encrypted file) is the store's business. All members may be used from any number of threads at once.
/// </summary>
public abstract class SigningKey : IDisposable
{
    public abstract KeyAlgorithm Algorithm { get; }

    public bool IsRsa => Algorithm.IsRsa;

    /// <summary>The public key as DER SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).</summary>
    public abstract byte[] SubjectPublicKeyInfo { get; }

    /// <summary>
    /// The same key as .NET's certificate builders take it; it signs through <see cref="Sign"/>, with the same faults.
    /// </summary>
    public X509SignatureGenerator Generator => new SigningKeyGenerator(this);

    /// <summary>
    /// Signs data (not a hash) with <see cref="KeyAlgorithm.Hash"/>. RSA: PKCS#1 v1.5, deterministic. EC: DER
    /// Ecdsa-Sig-Value (RFC 3279 §2.2.3), different at each call.
    /// </summary>
    /// <exception cref="KeyStoreException">The store could not sign; nothing was signed.</exception>
    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(data, hash);
        return SignHash(hash);
    }

    /// <summary>As <see cref="Sign"/>, for what is too long to hold in memory: the same signature.</summary>
    /// <param name="sha256">32 octets: the hash of what is signed.</param>
    /// <exception cref="KeyStoreException">The store could not sign; nothing was signed.</exception>
    public abstract byte[] SignHash(ReadOnlySpan<byte> sha256);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
