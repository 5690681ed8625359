using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Roots;

namespace SigningAuthority.Api.Publication;

/// <summary>/roots/ for people: what there is, with the fingerprints to compare by another way. No scripts, nothing from elsewhere.</summary>
internal static class RootsPage
{
    /// <summary>Its name among the published files: the folder's own.</summary>
    public const string Name = "";

    private const string Style =
        "body{font:16px/1.5 sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}code{overflow-wrap:anywhere}pre{background:#f3f3f3;padding:.75rem;white-space:pre-wrap;overflow-wrap:anywhere}dt{font-weight:bold;margin-top:1rem}dd{margin-left:0}dd a{margin-right:.5rem}";

    public static string ContentSecurityPolicy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <param name="roots">In the order in which they are shown.</param>
    /// <param name="manifest">The newest; null until one was signed.</param>
    /// <param name="lastModified">Of the page.</param>
    public static PublishedFile Make(IReadOnlyList<PublishedRoot> roots, PublishedManifest? manifest, DateTimeOffset lastModified)
    {
        var html = new StringBuilder(
            $"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Root certificates</title><style>{Style}</style>
            <link rel="alternate" type="{RootsFeed.MediaType}" title="Changes" href="/roots/{ManifestFiles.Feed}"></head>
            <body>
            <h1>Root certificates</h1>
            <p>Compare a fingerprint with one that reached you another way before you trust it. These addresses do not change; bundles grow when a generation is added.</p>

            """
        );
        AddSection(
            html,
            "Client root",
            "Devices' certificates chain to it: give it to your provisioning server, to verify clients with. Take the bundle, and take it again when it changes: the next generation is in it before any device has a certificate of that.",
            RootFiles.ClientBundle,
            [.. roots.Where(root => root.Purpose == AuthorityPurpose.ClientRoot)]
        );
        AddSection(
            html,
            "Server roots",
            "One a generation of devices: what their firmware trusts, and what signs provisioning servers' certificates.",
            RootFiles.ServerBundle,
            [.. roots.Where(root => root.Purpose == AuthorityPurpose.ServerRoot)]
        );
        if (manifest is not null)
            AddManifest(html, manifest);
        html.Append("</body>\n</html>\n");
        return new PublishedFile(Name, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(html.ToString()), lastModified)
        {
            IsCertificates = false,
            IsChanging = true,
        };
    }

    private static void AddSection(StringBuilder html, string title, string text, string bundle, IReadOnlyList<PublishedRoot> roots)
    {
        html.Append($"<h2>{title}</h2>\n<p>{text}");
        if (roots.Count == 0)
        {
            html.Append(" None has been made yet.</p>\n");
            return;
        }

        if (roots.Any(root => root.IsBundled))
            html.Append(
                $" All in one file: <a href=\"/roots/{bundle}.pem\">{bundle}.pem</a>, <a href=\"/roots/{bundle}.p7b\">{bundle}.p7b</a>."
            );
        html.Append("</p>\n<dl>\n");
        foreach (var root in roots)
            AddRoot(html, root);
        html.Append("</dl>\n");
    }

    private static void AddRoot(StringBuilder html, PublishedRoot root)
    {
        var name = HtmlEncoder.Default.Encode(root.PublishedAs ?? root.Id);
        using var certificate = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificate(root.Der);
        html.Append(
            $"""
            <dt>{HtmlEncoder.Default.Encode(root.DisplayName)}</dt>
            <dd>{HtmlEncoder.Default.Encode(root.Subject)}</dd>
            <dd>{Standing(root)}</dd>
            <dd>Valid from {root.NotBefore:yyyy-MM-dd} until {root.NotAfter:yyyy-MM-dd}</dd>
            <dd>SHA-256 <code>{Convert.ToHexString(SHA256.HashData(root.Der))}</code></dd>
            <dd>SHA-1 <code>{certificate.GetCertHashString(HashAlgorithmName.SHA1)}</code></dd>
            <dd>SHA-256 of the public key <code>{Convert.ToHexString(SHA256.HashData(root.SubjectPublicKeyInfo))}</code></dd>
            <dd><a href="/roots/{name}.pem">{name}.pem</a> <a href="/roots/{name}.der">{name}.der</a> <a href="/roots/{name}.crt">{name}.crt</a> <a href="/roots/{name}.p7b">{name}.p7b</a></dd>

            """
        );
    }

    private static string Standing(PublishedRoot root) =>
        root.Standing switch
        {
            Issuance.Configuration.Standing.Next => "Next: signs nothing yet"
                + (root.ActiveFrom is { } from ? $", and not before {from.UtcDateTime:yyyy-MM-dd HH:mm} UTC" : ""),
            Issuance.Configuration.Standing.Current => "Current: signs what is asked for now",
            Issuance.Configuration.Standing.Old => "Old: a later generation signs in its place; what it signed stays good",
            _ => "Retired: signs nothing any more, and is in no bundle",
        };

    private static void AddManifest(StringBuilder html, PublishedManifest manifest) =>
        html.Append(
            $"""
            <h2>All of it, signed</h2>
            <p>Version {manifest.Stored.Version} of {manifest.Stored.At:yyyy-MM-dd HH:mm} UTC: <a href="/roots/manifest.json">manifest.json</a> lists every file with its SHA-256 and is signed with the issuance log's key:
            <a href="/roots/manifest.json.sig">manifest.json.sig</a>, and as a signed note <a href="/roots/manifest.note">manifest.note</a>. Digests alone: <a href="/roots/SHA256SUMS">SHA256SUMS</a>. Changes: <a href="/roots/{ManifestFiles.Feed}">{ManifestFiles.Feed}</a>.</p>
            <pre>openssl dgst -sha256 -verify log.pem -signature manifest.json.sig manifest.json
            signctl roots fetch --out roots --key log.pub</pre>

            """
        );
}
