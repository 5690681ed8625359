using System.Buffers.Text;

namespace SigningAuthority.Api.Publication.RevocationLists;

/// <summary>Writes a file of any length as PEM (RFC 7468), a few kilobytes at a time.</summary>
internal static class PemText
{
    // 64 characters a line.
    private const int LineOctets = 48;
    private const int LineLength = 64;
    private const int Lines = 1024;

    private static ReadOnlySpan<byte> Begin => "-----BEGIN X509 CRL-----\n"u8;

    private static ReadOnlySpan<byte> End => "-----END X509 CRL-----\n"u8;

    public static async Task WriteAsync(Stream der, Stream pem, CancellationToken cancellation)
    {
        var octets = new byte[LineOctets * Lines];
        var text = new byte[(LineLength + 1) * Lines];
        pem.Write(Begin);
        while (await der.ReadAtLeastAsync(octets, octets.Length, throwOnEndOfStream: false, cancellation) is > 0 and var read)
            await pem.WriteAsync(text.AsMemory(0, Encode(octets.AsSpan(0, read), text)), cancellation);
        pem.Write(End);
    }

    private static int Encode(ReadOnlySpan<byte> octets, Span<byte> text)
    {
        var at = 0;
        for (; !octets.IsEmpty; octets = octets[Math.Min(LineOctets, octets.Length)..])
        {
            _ = Base64.EncodeToUtf8(octets[..Math.Min(LineOctets, octets.Length)], text[at..], out _, out var written);
            text[at + written] = (byte)'\n';
            at += written + 1;
        }

        return at;
    }
}
