using System.Buffers.Binary;
using System.Text;

namespace SigningAuthority.Resolution;

/// <summary>Reads a DNS message field by field. Every method answers false instead of reading past the end.</summary>
internal ref struct DnsReader(ReadOnlySpan<byte> message)
{
    private const int MaximumNameLength = 255; // RFC 1035 §2.3.4
    private readonly ReadOnlySpan<byte> _message = message;
    private int _position;

    public bool TryReadUInt16(out ushort value)
    {
        var there = _position + 2 <= _message.Length;
        value = there ? BinaryPrimitives.ReadUInt16BigEndian(_message[_position..]) : (ushort)0;
        _position += there ? 2 : 0;
        return there;
    }

    public bool TryReadBytes(int count, out ReadOnlySpan<byte> bytes)
    {
        var there = _position + count <= _message.Length;
        bytes = there ? _message.Slice(_position, count) : default;
        _position += there ? count : 0;
        return there;
    }

    /// <summary>A name in lower case without trailing dot, compression pointers followed (RFC 1035 §4.1.4).</summary>
    public bool TryReadName(out string name)
    {
        var text = new StringBuilder();
        var read = TryReadLabels(_position, text, out var end);
        name = text.ToString();
        _position = read ? end : _position;
        return read;
    }

    // "end" is where the name ends at its own place: after the first pointer, if it has one.
    private readonly bool TryReadLabels(int start, StringBuilder text, out int end)
    {
        end = 0;
        var position = start;
        var lowestSeen = start;
        while (position < _message.Length)
        {
            var length = _message[position];
            if (length == 0)
            {
                end = end == 0 ? position + 1 : end;
                return true;
            }

            if ((length & 0xC0) == 0xC0)
            {
                if (position + 2 > _message.Length)
                    return false;
                end = end == 0 ? position + 2 : end;
                var target = BinaryPrimitives.ReadUInt16BigEndian(_message[position..]) & 0x3FFF;
                // "A prior occurrence": only ever backwards, so that no message can send us in circles.
                if (target >= lowestSeen)
                    return false;
                position = lowestSeen = target;
                continue;
            }

            if (length > 63 || position + 1 + length > _message.Length || text.Length + length + 1 > MaximumNameLength)
                return false;
            if (text.Length > 0)
                text.Append('.');
            text.Append(Encoding.ASCII.GetString(_message.Slice(position + 1, length)).ToLowerInvariant());
            position += 1 + length;
        }

        return false;
    }
}
