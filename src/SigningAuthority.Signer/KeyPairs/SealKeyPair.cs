using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Storage.KeyPairs;

namespace SigningAuthority.Signer.KeyPairs;

/// <summary>
/// The only place where a device's private key is seen: signs the request for its certificate with it, and puts it into an envelope that
/// one station can open (CMS EnvelopedData, RFC 5652 §6, around PKCS#8, RFC 5208).
/// </summary>
internal static class SealKeyPair
{
    // RFC 3565 §4.1. The content is encrypted with a key of its own, which RSAES-OAEP (RFC 3560) with SHA-256 carries to the recipient.
    private const string Aes256Cbc = "2.16.840.1.101.3.4.1.42";

    /// <param name="key">A new one, to be disposed of by the caller.</param>
    /// <param name="mac">The unit's.</param>
    /// <param name="recipient">DER of the station's certificate; its key is RSA.</param>
    /// <exception cref="CryptographicException">The certificate's key can't be encrypted to.</exception>
    public static MadeKeyPair Run(RSA key, MacAddress mac, byte[] recipient)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(recipient);
        var request = new CertificateRequest($"CN={mac.Upper}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var plain = key.ExportPkcs8PrivateKey();
        try
        {
            var envelope = new EnvelopedCms(new ContentInfo(plain), new AlgorithmIdentifier(new Oid(Aes256Cbc)));
            envelope.Encrypt(new CmsRecipient(SubjectIdentifierType.IssuerAndSerialNumber, certificate, RSAEncryptionPadding.OaepSHA256));
            return new MadeKeyPair(
                request.CreateSigningRequest(),
                SHA256.HashData(key.ExportSubjectPublicKeyInfo()),
                SHA256.HashData(recipient),
                envelope.Encode()
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }
}
