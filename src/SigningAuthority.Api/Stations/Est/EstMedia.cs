using System.Text;
using Microsoft.Net.Http.Headers;

namespace SigningAuthority.Api.Stations.Est;

/// <summary>
/// The forms in which EST moves DER: always base64, whatever a Content-Transfer-Encoding says (RFC 8951 §3.1), with or without white space
/// in it (§3.2). Ours is broken into lines: `openssl base64 -d` reads no long ones.
/// </summary>
internal static class EstMedia
{
    /// <summary>RFC 7030 §4.2.1; RFC 5967.</summary>
    public const string CertificationRequest = "application/pkcs10";

    /// <summary>RFC 7030 §4.1.3 and §4.2.3.</summary>
    public const string Certificates = "application/pkcs7-mime; smime-type=certs-only";

    /// <summary>RFC 7030 §4.5.2.</summary>
    public const string Attributes = "application/csrattrs";

    public static byte[] Encode(byte[] der) =>
        Encoding.ASCII.GetBytes(Convert.ToBase64String(der, Base64FormattingOptions.InsertLineBreaks) + "\r\n");

    /// <summary>RFC 7030 §4.1.3 wants Content-Transfer-Encoding, RFC 8951 §3.1 has it ignored: it stands there for clients of the former.</summary>
    public static IResult Answer(HttpContext context, byte[] base64, string mediaType)
    {
        context.Response.Headers["Content-Transfer-Encoding"] = "base64";
        return Results.Bytes(base64, mediaType);
    }

    /// <returns>Null when it is no base64.</returns>
    public static byte[]? Decode(ReadOnlyMemory<byte> body)
    {
        var text = Encoding.Latin1.GetString(body.Span);
        var der = new byte[text.Length];
        return Convert.TryFromBase64String(text, der, out var length) ? der[..length] : null;
    }

    public static bool IsCertificationRequest(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var parsed)
        && parsed.MediaType.Equals(CertificationRequest, StringComparison.OrdinalIgnoreCase);
}
