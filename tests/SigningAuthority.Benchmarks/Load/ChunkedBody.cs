using System.Buffers.Text;

namespace SigningAuthority.Benchmarks.Load;

/// <summary>Takes the framing out of a chunked answer as it comes (RFC 9112 §7.1): a chunk may end anywhere, within a line too.</summary>
internal sealed class ChunkedBody
{
    private bool _inBody;
    private int _leftInChunk;

    /// <summary>Moves what is content to the front of <paramref name="content"/>.</summary>
    /// <param name="octets">What was received and not used so far.</param>
    /// <param name="content">As long as <paramref name="octets"/> at least.</param>
    /// <returns>How many octets were used, and how many of them are content.</returns>
    public (int Used, int Content) Decode(ReadOnlySpan<byte> octets, Span<byte> content)
    {
        var (used, filled) = (0, 0);
        while (true)
        {
            if (_leftInChunk > 0)
            {
                var some = octets[used..][..Math.Min(_leftInChunk, octets.Length - used)];
                some.CopyTo(content[filled..]);
                (used, filled, _leftInChunk) = (used + some.Length, filled + some.Length, _leftInChunk - some.Length);
            }

            if (_leftInChunk > 0 || !TryReadFraming(octets, ref used))
                return (used, filled);
        }
    }

    private bool TryReadFraming(ReadOnlySpan<byte> octets, ref int used)
    {
        var rest = octets[used..];
        if (!_inBody)
        {
            var end = rest.IndexOf("\r\n\r\n"u8);
            if (end < 0)
                return false;
            _inBody = true;
            used += end + 4;
            return true;
        }

        // The end of the chunk before, then the size of the next.
        var skipped = rest.StartsWith("\r\n"u8) ? 2 : 0;
        var line = rest[skipped..].IndexOf("\r\n"u8);
        if (line <= 0 || !Utf8Parser.TryParse(rest.Slice(skipped, line), out int size, out _, 'x') || size == 0)
            return false;
        _leftInChunk = size;
        used += skipped + line + 2;
        return true;
    }
}
