using System.Formats.Asn1;

namespace SigningAuthority.Issuance.RevocationLists.Lint;

/// <summary>
/// Reads DER from a stream, header by header, in constant memory. Shares no code with the encoder, so that one mistake can't hide another.
/// </summary>
internal sealed class DerStream(Stream stream)
{
    /// <summary>The most octets that may be looked at together; all but the list of entries is far below.</summary>
    public const int MostTogether = 64 * 1024;

    private readonly byte[] _buffer = new byte[2 * MostTogether];
    private int _at;
    private int _end;

    /// <summary>Octets consumed so far.</summary>
    public long Position { get; private set; }

    /// <summary>The next octet, not consumed; -1 at the end.</summary>
    public int Peek() => Fill(1) ? _buffer[_at] : -1;

    /// <summary>Consumes an element's tag and length.</summary>
    /// <exception cref="AsnContentException">The stream ends, or the length is not in its shortest form (X.690 §10.1).</exception>
    public long ReadHeader(byte expectedTag, string what)
    {
        var tag = Read(1)[0];
        if (tag != expectedTag)
            throw new AsnContentException($"Found tag {tag:X2} where {what} ({expectedTag:X2}) belongs.");
        var first = Read(1)[0];
        if (first < 0x80)
            return first;

        var octets = first & 0x7F;
        if (octets is 0 or > 7)
            throw new AsnContentException($"The length of {what} has an unknown form.");
        var length = 0L;
        foreach (var octet in Read(octets))
            length = (length << 8) | octet;
        if (length < 0x80 || length >> (8 * (octets - 1)) == 0)
            throw new AsnContentException($"The length of {what} is not in its shortest form.");
        return length;
    }

    /// <summary>Consumes a whole element, and gives its content: good until the next call.</summary>
    /// <exception cref="AsnContentException">It is not of this tag, or too long to be what it should be.</exception>
    public ReadOnlySpan<byte> ReadContent(byte expectedTag, string what)
    {
        var length = ReadHeader(expectedTag, what);
        if (length > MostTogether)
            throw new AsnContentException($"{what} has {length} octets.");
        return Read((int)length);
    }

    /// <exception cref="AsnContentException">The stream ends before.</exception>
    public ReadOnlySpan<byte> Read(int count)
    {
        Require(Fill(count), "The bytes end too early.");
        var octets = _buffer.AsSpan(_at, count);
        _at += count;
        Position += count;
        return octets;
    }

    /// <param name="holds">What must hold.</param>
    /// <param name="message">A constant: this is asked for each of a million entries.</param>
    public static void Require(bool holds, string message)
    {
        if (!holds)
            throw new AsnContentException(message);
    }

    private bool Fill(int count)
    {
        if (_end - _at >= count)
            return true;

        _buffer.AsSpan(_at, _end - _at).CopyTo(_buffer);
        _end -= _at;
        _at = 0;
        while (_end < count)
        {
            var read = stream.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0)
                return false;
            _end += read;
        }

        return true;
    }
}
