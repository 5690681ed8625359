using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Issuance.Ocsp;

/// <summary>What of a responder's certificate goes into its responses, and the key that verifies them. Thread-safe.</summary>
public sealed class OcspResponderCertificate : IDisposable
{
    private readonly RSA _publicKey;

    private OcspResponderCertificate(byte[] der, X509Certificate2 certificate, RSA publicKey)
    {
        Der = der;
        SubjectPublicKeyInfo = certificate.PublicKey.ExportSubjectPublicKeyInfo();
        KeyHash = OcspCertIds.KeyHash(ObjectIdentifiers.Sha1, SubjectPublicKeyInfo);
        NotBefore = new DateTimeOffset(certificate.NotBefore.ToUniversalTime(), TimeSpan.Zero);
        NotAfter = new DateTimeOffset(certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero);
        _publicKey = publicKey;
    }

    public byte[] Der { get; }

    /// <summary>DER SubjectPublicKeyInfo.</summary>
    public byte[] SubjectPublicKeyInfo { get; }

    /// <summary>responderID byKey (RFC 6960 §4.2.1): SHA-1 of the key's bits, 20 octets.</summary>
    public byte[] KeyHash { get; }

    /// <summary>Inclusive, UTC.</summary>
    public DateTimeOffset NotBefore { get; }

    /// <summary>Inclusive, UTC.</summary>
    public DateTimeOffset NotAfter { get; }

    /// <exception cref="CryptographicException">The bytes are no certificate with an RSA key.</exception>
    public static OcspResponderCertificate Read(byte[] der)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(der);
        var publicKey = certificate.GetRSAPublicKey() ?? throw new CryptographicException("A responder's key is RSA.");
        return new OcspResponderCertificate(der, certificate, publicKey);
    }

    /// <summary>True when the signature over these bytes is this responder's (SHA-256 with RSA, PKCS#1 v1.5).</summary>
    public bool Verifies(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        _publicKey.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    public void Dispose() => _publicKey.Dispose();
}
