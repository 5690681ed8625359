using System.Formats.Asn1;
using System.Security.Cryptography;

namespace SigningAuthority.Client.Phones;

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

    // RFC 4055 §5 and RFC 3279 §2.2.1: RSA PKCS#1 v1.5 is all that this firmware knows.
    private static HashAlgorithmName? HashOf(string signatureAlgorithm) =>
        signatureAlgorithm switch
        {
            "1.2.840.113549.1.1.5" => HashAlgorithmName.SHA1,
            "1.2.840.113549.1.1.11" => HashAlgorithmName.SHA256,
            "1.2.840.113549.1.1.12" => HashAlgorithmName.SHA384,
            "1.2.840.113549.1.1.13" => HashAlgorithmName.SHA512,
            _ => null,
        };
}
