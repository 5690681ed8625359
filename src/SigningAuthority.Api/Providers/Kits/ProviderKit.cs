using System.Security.Cryptography.X509Certificates;
using System.Text;
using SigningAuthority.Api.Publication;
using SigningAuthority.Issuance.Configuration;

namespace SigningAuthority.Api.Providers.Kits;

/// <summary>
/// All that a provider needs beside its own key, as a folder that a web server can be started from: each generation's certificate, the
/// client roots, configurations, and how to check them.
/// </summary>
internal static class ProviderKit
{
    public const string MediaType = "application/zip";

    /// <param name="certified">A server for each certificate of the request; all are handed out.</param>
    /// <param name="configured">Those that the configurations serve; the first is the one that the text speaks of.</param>
    /// <param name="authorities">For the client roots: those in use and those to come.</param>
    /// <param name="evidence">The certificates' receipts, and what they are verified with.</param>
    /// <param name="at">The files' time.</param>
    public static byte[] Make(
        IReadOnlyList<KitServer> certified,
        IReadOnlyList<KitServer> configured,
        AuthoritySnapshot authorities,
        KitEvidence evidence,
        DateTimeOffset at
    )
    {
        var clients = authorities.Of(AuthorityPurpose.ClientRoot).ToList();
        return ZipFolder.Write(
            [
                ("README.txt", Text(KitReadme.Write(certified, configured))),
                ("nginx.conf", Text(KitTemplates.Nginx(configured))),
                ("apache.conf", Text(KitTemplates.Apache(configured))),
                .. certified.SelectMany(FilesOf),
                .. evidence.Files,
                .. ClientRoots(clients),
                ("www/", []),
                ("run/", []),
            ],
            at
        );
    }

    private static IEnumerable<(string, byte[])> FilesOf(KitServer server) =>
        [
            (server.CertificateFile, CertificateFormat.Pem(server.Certificate.Der)),
            ($"provserver-{server.Generation}.p7b", CertificateFormat.Find("p7b")!.Encode(server.Certificate.Der, server.Root.Der)),
            ($"server-roots/{server.Generation}.pem", CertificateFormat.Pem(server.Root.Der)),
            ($"server-roots/{server.Generation}.der", server.Root.Der),
        ];

    private static IEnumerable<(string, byte[])> ClientRoots(IReadOnlyList<PublishedAuthority> clients) =>
        [
            ("client-bundle.pem", [.. clients.SelectMany(root => CertificateFormat.Pem(root.Der))]),
            ("client-bundle.p7b", BundleDer(clients)),
            .. clients.SelectMany(root =>
                new[] { ($"client-roots/{root.Id}.pem", CertificateFormat.Pem(root.Der)), ($"client-roots/{root.Id}.der", root.Der) }
            ),
            // The name that every guide knows: spacroot.crt.
            .. clients
                .Where(root => root.Definition.PublishedAs is not null)
                .Select(root => ($"{root.Definition.PublishedAs}.crt", CertificateFormat.Pem(root.Der))),
        ];

    /// <summary>DER has no way to put certificates one after the other; PKCS#7 without signers holds them all (RFC 5652 §5.1).</summary>
    private static byte[] BundleDer(IReadOnlyList<PublishedAuthority> roots)
    {
        var all = new X509Certificate2Collection(roots.Select(root => X509CertificateLoader.LoadCertificate(root.Der)).ToArray());
        try
        {
            return all.Export(X509ContentType.Pkcs7)!;
        }
        finally
        {
            foreach (var certificate in all)
                certificate.Dispose();
        }
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
