using System.Security.Cryptography;
using SigningAuthority.Issuance.Keys;

namespace SigningAuthority.Signer.Keys;

/// <summary>A key in this process's memory. OpenSSL signs with one from many threads.</summary>
internal sealed class FileSigningKey(AsymmetricAlgorithm key) : SigningKey
{
    public override KeyAlgorithm Algorithm { get; } =
        KeyAlgorithm.All.FirstOrDefault(a => a.IsRsa == key is RSA && a.SizeInBits == key.KeySize)
        ?? throw new KeyStoreException($"The key is none of {string.Join(", ", KeyAlgorithm.All)}.", isTransient: false);

    public override byte[] SubjectPublicKeyInfo { get; } = key.ExportSubjectPublicKeyInfo();

    public override byte[] SignHash(ReadOnlySpan<byte> sha256) =>
        key is RSA rsa
            ? rsa.SignHash(sha256.ToArray(), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : ((ECDsa)key).SignHash(sha256.ToArray(), DSASignatureFormat.Rfc3279DerSequence);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            key.Dispose();
    }
}
