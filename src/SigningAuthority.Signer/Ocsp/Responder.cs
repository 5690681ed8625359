using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.Issuance.Ocsp;

namespace SigningAuthority.Signer.Ocsp;

/// <summary>What one authority's answers are signed with: a key of the token, and the certificate that delegates to it.</summary>
internal sealed record Responder(string Authority, IssuerCertificate Issuer, OcspResponderCertificate Certificate, SigningKey Key)
{
    /// <summary>The serial number of the authority's own certificate, which it issued to itself.</summary>
    public byte[] OwnSerialNumber { get; } = SerialNumberOf(Issuer.Der);

    /// <summary>Over the DER of the key's SubjectPublicKeyInfo.</summary>
    public byte[] KeySha256 { get; } = SHA256.HashData(Certificate.SubjectPublicKeyInfo);

    public OcspCertId IdOf(byte[] serialNumber, string hashAlgorithm) =>
        OcspCertIds.Of(Issuer, CertificateSerialNumber.FromBytes(serialNumber), hashAlgorithm);

    private static byte[] SerialNumberOf(byte[] der)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(der);
        return certificate.SerialNumberBytes.Span.TrimStart((byte)0).ToArray();
    }
}
