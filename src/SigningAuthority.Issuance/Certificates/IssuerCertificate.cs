using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SigningAuthority.Issuance.Certificates;

/// <summary>
/// What of an authority's own certificate goes into those it signs, and the public key that verifies them. Read once and
/// kept: nothing of it is computed again for each certificate. Thread-safe.
/// </summary>
public sealed class IssuerCertificate : IDisposable
{
    private readonly RSA _publicKey;

    private IssuerCertificate(byte[] der, X509Certificate2 certificate, RSA publicKey)
    {
        Der = der;
        Subject = DistinguishedName.Decode(certificate.SubjectName.RawData);
        SubjectPublicKeyInfo = certificate.PublicKey.ExportSubjectPublicKeyInfo();
        KeyIdentifier = certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifierBytes.ToArray();
        NotBefore = new DateTimeOffset(certificate.NotBefore.ToUniversalTime(), TimeSpan.Zero);
        NotAfter = new DateTimeOffset(certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero);
        _publicKey = publicKey;
    }

    public byte[] Der { get; }

    public DistinguishedName Subject { get; }

    /// <summary>DER SubjectPublicKeyInfo.</summary>
    public byte[] SubjectPublicKeyInfo { get; }

    /// <summary>The subjectKeyIdentifier: what certificates name in their authorityKeyIdentifier.</summary>
    public byte[] KeyIdentifier { get; }

    /// <summary>Inclusive, UTC.</summary>
    public DateTimeOffset NotBefore { get; }

    /// <summary>Inclusive, UTC.</summary>
    public DateTimeOffset NotAfter { get; }

    /// <exception cref="CryptographicException">The bytes are no certificate with an RSA key.</exception>
    public static IssuerCertificate Read(byte[] der)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(der);
        var publicKey = certificate.GetRSAPublicKey() ?? throw new CryptographicException("An issuer's key is RSA.");
        return new IssuerCertificate(der, certificate, publicKey);
    }

    /// <summary>True when the signature over these bytes is this issuer's (SHA-256 with RSA, PKCS#1 v1.5).</summary>
    public bool Verifies(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        _publicKey.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    /// <summary>As <see cref="Verifies"/>, for what is too long to hold in memory.</summary>
    /// <param name="sha256">32 octets: the hash of what was signed.</param>
    /// <param name="signature">SHA-256 with RSA, PKCS#1 v1.5.</param>
    public bool VerifiesHash(ReadOnlySpan<byte> sha256, ReadOnlySpan<byte> signature) =>
        _publicKey.VerifyHash(sha256, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    public void Dispose() => _publicKey.Dispose();
}
