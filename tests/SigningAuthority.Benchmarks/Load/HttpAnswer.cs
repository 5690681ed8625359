using System.Buffers.Text;

namespace SigningAuthority.Benchmarks.Load;

/// <summary>Just enough of HTTP/1.1 to know an answer's status and where it ends (RFC 9112 §6).</summary>
internal sealed class HttpAnswer
{
    private int _bodyAt;
    private int _length;

    public int Status { get; private set; }

    /// <param name="octets">All that was received of the answer so far.</param>
    public bool IsComplete(ReadOnlySpan<byte> octets)
    {
        if (_bodyAt == 0)
        {
            var end = octets.IndexOf("\r\n\r\n"u8);
            if (end < 0)
                return false;
            ReadHead(octets[..end]);
            _bodyAt = end + 4;
        }

        // Chunked: nothing is sent behind an answer before the next request, so its last octets are its end.
        return _length >= 0 ? octets.Length >= _bodyAt + _length : octets[_bodyAt..].EndsWith("0\r\n\r\n"u8);
    }

    private void ReadHead(ReadOnlySpan<byte> head)
    {
        Status = Utf8Parser.TryParse(head.Slice("HTTP/1.1 ".Length, 3), out int status, out _) ? status : 0;
        _length = -1;
        var at = head.IndexOf("Content-Length: "u8);
        if (at >= 0 && Utf8Parser.TryParse(head[(at + "Content-Length: ".Length)..], out int length, out _))
            _length = length;
    }
}
