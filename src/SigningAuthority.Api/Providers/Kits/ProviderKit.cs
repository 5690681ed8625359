using System.Text;
using SigningAuthority.Api.Publication;
using SigningAuthority.Issuance.Roots;

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
    /// <param name="clients">The client roots: those in use, those to come, and those that came before.</param>
    /// <param name="evidence">The certificates' receipts, and what they are verified with.</param>
    /// <param name="lists">Where the client roots' revocation lists are; null when they are not published.</param>
    /// <param name="at">The files' time.</param>
    public static byte[] Make(
        IReadOnlyList<KitServer> certified,
        IReadOnlyList<KitServer> configured,
        IReadOnlyList<PublishedRoot> clients,
        KitEvidence evidence,
        Uri? lists,
        DateTimeOffset at
    )
    {
        return ZipFolder.Write(
            [
                ("README.txt", Text(KitReadme.Write(certified, configured, lists))),
                ("nginx.conf", Text(KitTemplates.Nginx(configured, lists is not null))),
                ("apache.conf", Text(KitTemplates.Apache(configured, lists is not null))),
                .. certified.SelectMany(FilesOf),
                .. evidence.Files,
                .. lists is null ? Array.Empty<(string, byte[])>() : [("fetch-crl.sh", Text(KitTemplates.FetchLists))],
                .. ClientRoots(clients),
                ("www/", []),
                ("run/", []),
            ],
            at
        );
    }

    private static IEnumerable<(string, byte[])> FilesOf(KitServer server) =>
        [
            (server.CertificateFile, RootFiles.Pem(server.Certificate.Der)),
            ($"provserver-{server.Generation}.p7b", CertificateFormat.Find("p7b")!.Encode(server.Certificate.Der, server.Root.Der)),
            ($"server-roots/{server.Generation}.pem", RootFiles.Pem(server.Root.Der)),
            ($"server-roots/{server.Generation}.der", server.Root.Der),
        ];

    private static IEnumerable<(string, byte[])> ClientRoots(IReadOnlyList<PublishedRoot> clients) =>
        [
            // The very files of /roots/.
            .. RootFiles
                .BundlesOf(clients)
                .Where(file => file.Name.StartsWith(RootFiles.ClientBundle))
                .Select(file => (file.Name, file.Content)),
            .. clients.SelectMany(root =>
                new[] { ($"client-roots/{root.Id}.pem", RootFiles.Pem(root.Der)), ($"client-roots/{root.Id}.der", root.Der) }
            ),
            // The name that every guide knows: spacroot.crt.
            .. clients.Where(root => root.PublishedAs is not null).Select(root => ($"{root.PublishedAs}.crt", RootFiles.Pem(root.Der))),
        ];

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
