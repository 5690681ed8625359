using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Signer.Ocsp;

/// <summary>Names of the hashes that CertIDs are made with, as sa.ocsp_response has them.</summary>
internal static class CertIdHashes
{
    public static string NameOf(string oid) =>
        oid switch
        {
            ObjectIdentifiers.Sha1 => "SHA-1",
            ObjectIdentifiers.Sha256 => "SHA-256",
            _ => throw new ArgumentOutOfRangeException(nameof(oid), oid, "No hash that CertIDs are understood with."),
        };

    public static string OidOf(string name) => name == "SHA-1" ? ObjectIdentifiers.Sha1 : ObjectIdentifiers.Sha256;
}
