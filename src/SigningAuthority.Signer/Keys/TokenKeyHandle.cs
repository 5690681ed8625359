using System.Security.Cryptography;
using SigningAuthority.Issuance.Keys;

namespace SigningAuthority.Signer.Keys;

/// <summary>
/// A private key on a token as OpenSSL holds it, good for one <see cref="Pkcs11Module.Generation"/>. OpenSSL's engine keeps
/// a pool of sessions, so that signatures run in parallel.
/// </summary>
internal sealed class TokenKeyHandle : IDisposable
{
    private readonly SafeEvpPKeyHandle _handle;
    private readonly RSAOpenSsl? _rsa;
    private readonly ECDsaOpenSsl? _ecdsa;

    public TokenKeyHandle(SafeEvpPKeyHandle handle, int generation)
    {
        _handle = handle;
        Generation = generation;

        // The wrong one of the two throws: an EVP_PKEY does not tell its type to .NET before.
        try
        {
            _rsa = new RSAOpenSsl(handle);
        }
        catch (CryptographicException)
        {
            _ecdsa = new ECDsaOpenSsl(handle);
        }
    }

    public int Generation { get; }

    public byte[] ExportSubjectPublicKeyInfo() => _rsa is null ? _ecdsa!.ExportSubjectPublicKeyInfo() : _rsa.ExportSubjectPublicKeyInfo();

    /// <summary>The listed algorithm that the key has, or null.</summary>
    public KeyAlgorithm? FindAlgorithm()
    {
        var (isRsa, bits) = (_rsa is not null, _rsa?.KeySize ?? _ecdsa!.KeySize);
        return KeyAlgorithm.All.FirstOrDefault(a => a.IsRsa == isRsa && a.SizeInBits == bits);
    }

    /// <exception cref="CryptographicException">The token did not sign.</exception>
    public byte[] SignHash(ReadOnlySpan<byte> sha256) =>
        _rsa is not null
            ? _rsa.SignHash(sha256.ToArray(), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : _ecdsa!.SignHash(sha256.ToArray(), DSASignatureFormat.Rfc3279DerSequence);

    public void Dispose()
    {
        _rsa?.Dispose();
        _ecdsa?.Dispose();
        _handle.Dispose();
    }
}
