using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using SigningAuthority.Issuance.Configuration;

namespace SigningAuthority.Api.Publication;

/// <summary>/roots/ for people: what there is, with the fingerprints to compare by another way. No scripts, nothing from elsewhere.</summary>
internal static class RootsPage
{
    /// <summary>Its name among the published files: the folder's own.</summary>
    public const string Name = "";

    private const string Style =
        "body{font:16px/1.5 sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}code{overflow-wrap:anywhere}dt{font-weight:bold;margin-top:1rem}dd{margin-left:0}";

    public static string ContentSecurityPolicy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static PublishedFile Make(IReadOnlyList<PublishedAuthority> roots)
    {
        var html = new StringBuilder(
            $"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Root certificates</title><style>{Style}</style></head>
            <body>
            <h1>Root certificates</h1>
            <p>Compare a fingerprint with one that reached you another way before you trust it. These addresses do not change; bundles grow when a generation is added.</p>

            """
        );
        AddSection(
            html,
            "Client root",
            "Devices' certificates chain to it: give it to your provisioning server, to verify clients with.",
            "client-bundle.pem",
            roots,
            AuthorityPurpose.ClientRoot
        );
        AddSection(
            html,
            "Server roots",
            "One a generation of devices: what their firmware trusts, and what signs provisioning servers' certificates.",
            "server-bundle.pem",
            roots,
            AuthorityPurpose.ServerRoot
        );
        html.Append("</body>\n</html>\n");
        return new PublishedFile(
            Name,
            "text/html; charset=utf-8",
            Encoding.UTF8.GetBytes(html.ToString()),
            roots.Count == 0 ? DateTimeOffset.UnixEpoch : roots.Max(root => root.CreatedAt)
        );
    }

    private static void AddSection(
        StringBuilder html,
        string title,
        string text,
        string bundle,
        IReadOnlyList<PublishedAuthority> roots,
        AuthorityPurpose purpose
    )
    {
        var own = roots.Where(root => root.Definition.Purpose == purpose).ToList();
        html.Append($"<h2>{title}</h2>\n<p>{text}");
        html.Append(
            own.Count == 0 ? " None has been made yet.</p>\n" : $" All in one file: <a href=\"/roots/{bundle}\">{bundle}</a>.</p>\n<dl>\n"
        );
        foreach (var root in own)
            AddRoot(html, root);
        if (own.Count > 0)
            html.Append("</dl>\n");
    }

    private static void AddRoot(StringBuilder html, PublishedAuthority root)
    {
        var name = HtmlEncoder.Default.Encode(root.Definition.PublishedAs ?? root.Id);
        html.Append(
            $"""
            <dt>{HtmlEncoder.Default.Encode(root.Definition.DisplayName)}</dt>
            <dd>{HtmlEncoder.Default.Encode(root.Definition.SubjectName.ToRfc4514())}</dd>
            <dd>Valid from {root.NotBefore:yyyy-MM-dd} until {root.NotAfter:yyyy-MM-dd}</dd>
            <dd>SHA-256 <code>{Convert.ToHexString(root.Sha256)}</code></dd>
            <dd><a href="/roots/{name}.pem">{name}.pem</a> <a href="/roots/{name}.der">{name}.der</a> <a href="/roots/{name}.crt">{name}.crt</a></dd>

            """
        );
    }
}
