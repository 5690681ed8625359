using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Issuance.Firmware;

/// <summary>As much of a server's certificate as firmware looks at, its signature aside: read from one, or foreseen for a request.</summary>
/// <param name="CommonNames">Of the subject, in encoded order.</param>
/// <param name="KeyAlgorithm">OID of the public key's algorithm.</param>
/// <param name="KeyBits">Size of the RSA modulus; 0 for other keys.</param>
/// <param name="SignatureHash">Hash of the signature ("SHA-256"); the signature algorithm's OID when it is none of RSA PKCS#1 v1.5.</param>
/// <param name="KeyUsage">Null without such an extension.</param>
/// <param name="ExtendedKeyUsage">OIDs; null without such an extension.</param>
/// <param name="AlternativeNames">dNSNames of the subjectAltName; null without such an extension.</param>
/// <param name="NotBefore">Inclusive.</param>
/// <param name="NotAfter">Inclusive.</param>
public sealed record ServerCertificate(
    IReadOnlyList<string> CommonNames,
    string KeyAlgorithm,
    int KeyBits,
    string SignatureHash,
    X509KeyUsageFlags? KeyUsage,
    IReadOnlyList<string>? ExtendedKeyUsage,
    IReadOnlyList<string>? AlternativeNames,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter
)
{
    /// <summary>Null when the bytes are no certificate, or one with a part that can't be read.</summary>
    public static ServerCertificate? Read(ReadOnlyMemory<byte> der)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(der.Span);
            using var rsa = certificate.GetRSAPublicKey();
            var extensions = certificate.Extensions;
            return new ServerCertificate(
                [.. DistinguishedName.Decode(certificate.SubjectName.RawData).Values(NameAttributeTypes.CommonName)],
                certificate.PublicKey.Oid.Value ?? "",
                rsa?.KeySize ?? 0,
                CertificateSignature.HashName(certificate.SignatureAlgorithm.Value ?? ""),
                extensions.OfType<X509KeyUsageExtension>().FirstOrDefault()?.KeyUsages,
                extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault() is { } purposes
                    ? [.. purposes.EnhancedKeyUsages.Cast<Oid>().Select(purpose => purpose.Value ?? "")]
                    : null,
                extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault() is { } names
                    ? [.. names.EnumerateDnsNames()]
                    : null,
                new DateTimeOffset(certificate.NotBefore.ToUniversalTime(), TimeSpan.Zero),
                new DateTimeOffset(certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero)
            );
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or AsnContentException)
        {
            return null;
        }
    }
}
