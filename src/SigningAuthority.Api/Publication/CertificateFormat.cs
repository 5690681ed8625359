using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Roots;

namespace SigningAuthority.Api.Publication;

/// <summary>A form in which a certificate is handed out.</summary>
/// <param name="Extension">Of the file's name.</param>
/// <param name="MediaType">As browsers and tools know it.</param>
internal sealed record CertificateFormat(string Extension, string MediaType)
{
    private static readonly CertificateFormat[] All =
    [
        // RFC 8555 §9.1 for PEM; RFC 2585 §4 for DER; the guides' provserver.crt is PEM.
        new("pem", "application/pem-certificate-chain"),
        new("crt", "application/x-x509-ca-cert"),
        new("der", "application/pkix-cert"),
        new("p7b", "application/x-pkcs7-certificates"),
    ];

    public static CertificateFormat? Find(string extension) => Array.Find(All, format => format.Extension == extension);

    public byte[] Encode(byte[] leaf, byte[] root) =>
        Extension switch
        {
            "der" => leaf,
            "p7b" => CertificatesOnly.Encode([leaf, root]),
            _ => RootFiles.Pem(leaf),
        };
}
