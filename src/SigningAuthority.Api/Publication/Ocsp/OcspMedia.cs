using System.Buffers;
using Microsoft.Net.Http.Headers;
using SigningAuthority.Issuance.Ocsp;

namespace SigningAuthority.Api.Publication.Ocsp;

/// <summary>How OCSP travels over HTTP (RFC 6960 appendix A).</summary>
internal static class OcspMedia
{
    public const string Request = "application/ocsp-request";
    public const string Response = "application/ocsp-response";

    // Base64 of the most octets that are read, each sign escaped, with the way there.
    private const int MostAddressCharacters = 3 * 4 * OcspRequest.MostOctets / 3 + 256;
    private const string Root = "/ocsp/";

    /// <summary>True for OCSP's own type, and for none: some clients leave it out.</summary>
    public static bool IsRequest(string? contentType) =>
        string.IsNullOrEmpty(contentType)
        || MediaTypeHeaderValue.TryParse(contentType, out var parsed)
            && parsed.MediaType.Equals(Request, StringComparison.OrdinalIgnoreCase);

    /// <returns>Null when there are more octets than any request has; then no more than those were read.</returns>
    public static async Task<byte[]?> ReadBodyAsync(HttpRequest request)
    {
        if (request.ContentLength > OcspRequest.MostOctets)
            return null;
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(request.HttpContext.RequestAborted);
            if (read.Buffer.Length > OcspRequest.MostOctets)
            {
                request.BodyReader.AdvanceTo(read.Buffer.Start);
                return null;
            }

            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return body;
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Reads the address of a GET: what routing decodes no longer tells %2F from a slash, and base64 has both.</summary>
    /// <param name="target">As it stands in the request line.</param>
    /// <param name="isAuthority">Whether a name is that of an authority.</param>
    /// <param name="authority">The first part of the address, where it is one.</param>
    /// <returns>The request's octets; null where there is no base64.</returns>
    public static byte[]? ReadAddress(string target, Func<string, bool> isAuthority, out string? authority)
    {
        authority = null;
        var at = target.IndexOf(Root, StringComparison.OrdinalIgnoreCase);
        if (at < 0 || target.Length > MostAddressCharacters)
            return null;

        var rest = target[(at + Root.Length)..].Split('?', '#')[0];
        var slash = rest.IndexOf('/');
        // DER begins with a SEQUENCE, so base64 begins with M; no authority's name does, which is lower case.
        if (slash > 0 && isAuthority(rest[..slash]))
        {
            authority = rest[..slash];
            rest = rest[(slash + 1)..];
        }

        return Decode(rest);
    }

    private static byte[]? Decode(string escaped)
    {
        // A plus sign that was not escaped is a blank to some proxies; some clients begin with one slash too many.
        var text = Uri.UnescapeDataString(escaped).Replace(' ', '+').TrimStart('/').TrimEnd('=');
        text = text.PadRight((text.Length + 3) / 4 * 4, '=');
        var octets = new byte[text.Length / 4 * 3];
        return text.Length > 0 && Convert.TryFromBase64String(text, octets, out var length) ? octets[..length] : null;
    }
}
