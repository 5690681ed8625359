using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using SigningAuthority.Issuance.Roots;

namespace SigningAuthority.Api.Publication;

/// <summary>/roots/feed.atom: what changed of the roots and when (RFC 4287), an entry for each version of the manifest.</summary>
internal static class RootsFeed
{
    public const string MediaType = "application/atom+xml";

    private const string Atom = "http://www.w3.org/2005/Atom";
    private const int Entries = 50;

    private static readonly XmlWriterSettings Spelling = new() { Encoding = new UTF8Encoding(false), Indent = true };

    /// <param name="signed">The oldest first, at least one.</param>
    /// <param name="logKey">DER SubjectPublicKeyInfo: whose roots these are, wherever they are served.</param>
    public static PublishedFile Make(IReadOnlyList<PublishedManifest> signed, byte[] logKey)
    {
        using var octets = new MemoryStream();
        using (var xml = XmlWriter.Create(octets, Spelling))
        {
            xml.WriteStartElement("feed", Atom);
            xml.WriteElementString("id", Atom, Name(logKey));
            xml.WriteElementString("title", Atom, "Root certificates: changes");
            xml.WriteElementString("updated", Atom, Time(signed[^1].Stored.At));
            xml.WriteStartElement("author", Atom);
            xml.WriteElementString("name", Atom, signed[^1].Content.Origin);
            xml.WriteEndElement();
            // Relative to the feed's own address (RFC 4287 §2, RFC 3986 §5.1.3): it is the same octets under each of the service's names.
            WriteLink(xml, "self", MediaType, ManifestFiles.Feed);
            WriteLink(xml, "alternate", "text/html", "./");
            foreach (var manifest in signed.Reverse().Take(Entries))
                WriteEntry(xml, manifest);
            xml.WriteEndElement();
        }

        return new PublishedFile(ManifestFiles.Feed, MediaType + "; charset=utf-8", octets.ToArray(), signed[^1].Stored.At)
        {
            IsCertificates = false,
            IsChanging = true,
        };
    }

    private static void WriteEntry(XmlWriter xml, PublishedManifest manifest)
    {
        var told = manifest.Changes.Select(change => change.Tell()).ToList();
        xml.WriteStartElement("entry", Atom);
        xml.WriteElementString("id", Atom, Name(manifest.Stored.Manifest));
        xml.WriteElementString(
            "title",
            Atom,
            manifest.Stored.Version == 1 ? "The roots are published"
                : told.Count == 0 ? "What is said of the roots changed"
                : string.Join("; ", told)
        );
        xml.WriteElementString("updated", Atom, Time(manifest.Stored.At));
        WriteLink(xml, "alternate", "application/json", $"manifest-{manifest.Stored.Version}.json");
        WriteLink(xml, "related", "text/html", "./");
        xml.WriteStartElement("content", Atom);
        xml.WriteAttributeString("type", "text");
        xml.WriteString($"Version {manifest.Stored.Version} of the manifest.\n" + string.Concat(manifest.Changes.Select(Describe)));
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static string Describe(RootChange change) =>
        $"{change.Tell()}.\n  {change.Root.Id}.pem, SHA-256 of the certificate {change.Root.Sha256}\n";

    private static void WriteLink(XmlWriter xml, string relation, string mediaType, string address)
    {
        xml.WriteStartElement("link", Atom);
        xml.WriteAttributeString("rel", relation);
        xml.WriteAttributeString("type", mediaType);
        xml.WriteAttributeString("href", address);
        xml.WriteEndElement();
    }

    /// <summary>An address of the octets themselves (RFC 6920 §3): RFC 4287 §4.2.6 wants ids that never change and are nobody else's.</summary>
    private static string Name(byte[] octets) => "ni:///sha-256;" + Base64Url.EncodeToString(SHA256.HashData(octets));

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ");
}
