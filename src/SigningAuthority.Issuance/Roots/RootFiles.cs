using System.Security.Cryptography;
using System.Text;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Configuration;

namespace SigningAuthority.Issuance.Roots;

/// <summary>
/// The files that roots are published in. One function for who signs the list of them and for who serves them, so that the two can't
/// differ.
/// </summary>
public static class RootFiles
{
    public const string ClientBundle = "client-bundle";
    public const string ServerBundle = "server-bundle";
    public const string Bundle = "bundle";

    /// <summary>Each name in PEM (.pem, and .crt as the guides have it), DER and PKCS#7.</summary>
    public static IReadOnlyList<RootFile> Of(PublishedRoot root) => [.. root.Names.SelectMany(name => Of(name, root))];

    /// <summary>All that are to be trusted, in one file a kind and in one for both; none for a kind without roots.</summary>
    public static IReadOnlyList<RootFile> BundlesOf(IReadOnlyList<PublishedRoot> roots)
    {
        var bundled = roots.Where(root => root.IsBundled).ToArray();
        return
        [
            .. BundleOf(ClientBundle, [.. bundled.Where(root => root.Purpose == AuthorityPurpose.ClientRoot)]),
            .. BundleOf(ServerBundle, [.. bundled.Where(root => root.Purpose == AuthorityPurpose.ServerRoot)]),
            .. BundleOf(Bundle, bundled),
        ];
    }

    public static byte[] Pem(byte[] der) => Encoding.ASCII.GetBytes(PemEncoding.WriteString("CERTIFICATE", der) + "\n");

    private static RootFile[] Of(string name, PublishedRoot root) =>
        [
            new($"{name}.pem", Pem(root.Der)),
            new($"{name}.crt", Pem(root.Der)),
            new($"{name}.der", root.Der),
            new($"{name}.p7b", CertificatesOnly.Encode([root.Der])),
        ];

    private static RootFile[] BundleOf(string name, PublishedRoot[] roots) =>
        roots.Length == 0
            ? []
            :
            [
                new($"{name}.pem", [.. roots.SelectMany(root => Pem(root.Der))]),
                // DER has no way to put certificates one after the other; PKCS#7 without signers holds them all (RFC 5652 §5.1).
                new($"{name}.p7b", CertificatesOnly.Encode(roots.Select(root => root.Der))),
            ];
}
