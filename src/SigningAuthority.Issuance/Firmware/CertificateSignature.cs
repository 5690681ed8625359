using System.Formats.Asn1;
using System.Security.Cryptography;
using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Issuance.Firmware;

/// <summary>Whether a key signed a certificate, decided on the certificate's own bytes (RFC 5280 §4.1), without any chain engine.</summary>
internal static class CertificateSignature
{
    public static bool IsBy(RSA issuerKey, ReadOnlyMemory<byte> certificate)
    {
        try
        {
            var outer = new AsnReader(certificate, AsnEncodingRules.DER).ReadSequence();
            var toBeSigned = outer.ReadEncodedValue();
            var algorithm = outer.ReadSequence().ReadObjectIdentifier();
            var signature = outer.ReadBitString(out _);
            return HashOf(algorithm) is { } hash && issuerKey.VerifyData(toBeSigned.Span, signature, hash, RSASignaturePadding.Pkcs1);
        }
        catch (Exception unreadable) when (unreadable is AsnContentException or CryptographicException)
        {
            return false;
        }
    }

    /// <summary>"SHA-256" for sha256WithRSAEncryption; the OID itself when it is none of RSA PKCS#1 v1.5 with SHA.</summary>
    public static string HashName(string signatureAlgorithm) =>
        signatureAlgorithm switch
        {
            ObjectIdentifiers.Sha1WithRsa => "SHA-1",
            ObjectIdentifiers.Sha256WithRsa => "SHA-256",
            ObjectIdentifiers.Sha384WithRsa => "SHA-384",
            ObjectIdentifiers.Sha512WithRsa => "SHA-512",
            _ => signatureAlgorithm,
        };

    // RFC 4055 §5 and RFC 3279 §2.2.1: RSA PKCS#1 v1.5 is all that this firmware knows.
    private static HashAlgorithmName? HashOf(string signatureAlgorithm) =>
        signatureAlgorithm switch
        {
            ObjectIdentifiers.Sha1WithRsa => HashAlgorithmName.SHA1,
            ObjectIdentifiers.Sha256WithRsa => HashAlgorithmName.SHA256,
            ObjectIdentifiers.Sha384WithRsa => HashAlgorithmName.SHA384,
            ObjectIdentifiers.Sha512WithRsa => HashAlgorithmName.SHA512,
            _ => null,
        };
}
