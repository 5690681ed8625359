using System.Security.Cryptography;
using System.Text;
using System.Xml;
using Microsoft.Net.Http.Headers;
using SigningAuthority.Api.Access;
using SigningAuthority.Storage.Watch;

namespace SigningAuthority.Api.Providers.Watch;

/// <summary>GET /api/v1/provider/watch/feed.atom: the newest certificates for the caller's names, for feed readers (RFC 4287).</summary>
internal sealed class ShowFeed(WatchedCertificates watched)
{
    public const string MediaType = "application/atom+xml";

    private const string Atom = "http://www.w3.org/2005/Atom";
    private const int Entries = 50;

    private static readonly XmlWriterSettings Spelling = new() { Encoding = new UTF8Encoding(false), Indent = true };

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var caller = Caller.Of(context);
        var newest = await watched.NewestAsync(caller.Id, Entries, context.RequestAborted);
        var feed = Write(caller, new Uri($"https://{context.Request.Host.ToUriComponent()}"), [.. newest.Select(WatchedView.Of)]);
        context.Response.Headers.CacheControl = "private, no-cache";
        // A reader that has the feed already is told so in one line (RFC 9110 §13.1.2).
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(feed))[..32]}\"");
        return Results.Bytes(feed, MediaType + "; charset=utf-8", entityTag: tag);
    }

    private static byte[] Write(Caller caller, Uri service, IReadOnlyList<WatchedView> certificates)
    {
        using var octets = new MemoryStream();
        using (var xml = XmlWriter.Create(octets, Spelling))
        {
            xml.WriteStartElement("feed", Atom);
            xml.WriteElementString("id", Atom, $"urn:uuid:{caller.Id}");
            xml.WriteElementString("title", Atom, "Certificates issued for your names");
            // RFC 4287 §4.2.15: required, also of a feed that has nothing yet.
            xml.WriteElementString("updated", Atom, Time(certificates.Count > 0 ? certificates[0].IssuedAt : DateTimeOffset.UnixEpoch));
            xml.WriteStartElement("author", Atom);
            xml.WriteElementString("name", Atom, "SigningAuthority");
            xml.WriteEndElement();
            WriteLink(xml, "self", MediaType, new Uri(service, $"{WatchedView.Path}/feed.atom"));
            foreach (var certificate in certificates)
                WriteEntry(xml, service, certificate);
            xml.WriteEndElement();
        }

        return octets.ToArray();
    }

    private static void WriteEntry(XmlWriter xml, Uri service, WatchedView certificate)
    {
        xml.WriteStartElement("entry", Atom);
        xml.WriteElementString("id", Atom, "urn:signingauthority:certificate:" + certificate.Sha256);
        xml.WriteElementString(
            "title",
            Atom,
            $"{certificate.Fqdn} ({certificate.Generation})" + (certificate.Own ? "" : ", not on your request")
        );
        xml.WriteElementString("updated", Atom, Time(certificate.IssuedAt));
        WriteLink(xml, "alternate", "text/plain", new Uri(service, certificate.Receipt));
        xml.WriteStartElement("content", Atom);
        xml.WriteAttributeString("type", "text");
        xml.WriteString(
            $"""
            name           {certificate.Fqdn}
            generation     {certificate.Generation}
            serial number  {certificate.SerialNumber}
            SHA-256        {certificate.Sha256}
            valid          {Time(certificate.NotBefore)} to {Time(certificate.NotAfter)}
            asked for by   {(certificate.Own ? "you" : "somebody else")}
            log index      {certificate.Index}
            """
        );
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void WriteLink(XmlWriter xml, string relation, string mediaType, Uri address)
    {
        xml.WriteStartElement("link", Atom);
        xml.WriteAttributeString("rel", relation);
        xml.WriteAttributeString("type", mediaType);
        xml.WriteAttributeString("href", address.AbsoluteUri);
        xml.WriteEndElement();
    }

    /// <summary>RFC 3339, as Atom wants it.</summary>
    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFZ");
}
