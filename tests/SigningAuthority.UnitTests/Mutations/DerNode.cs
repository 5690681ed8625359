namespace SigningAuthority.UnitTests.Mutations;

/// <summary>
/// An element of DER that can be changed and written again with lengths that fit, so that a change gets past the outer layers of a decoder.
/// Reads leniently and shares nothing with the decoders under test.
/// </summary>
internal sealed class DerNode(byte tag, byte[] content, List<DerNode>? children)
{
    private const byte Constructed = 0x20;

    public byte Tag { get; set; } = tag;

    /// <summary>Of a primitive element; unused while there are children.</summary>
    public byte[] Content { get; set; } = content;

    public List<DerNode>? Children { get; } = children;

    /// <summary>Null when the octets are no run of whole elements.</summary>
    public static List<DerNode>? ReadAll(ReadOnlySpan<byte> der)
    {
        var nodes = new List<DerNode>();
        while (!der.IsEmpty)
        {
            if (!TryReadHeader(der, out var header, out var length) || der.Length < header + length)
                return null;
            var inside = der.Slice(header, length);
            // What is wrapped in a string (an extension's value, say) is a tree of its own and worth changing too.
            var isWrapper = (der[0] & Constructed) != 0 || der[0] == 0x04;
            nodes.Add(new DerNode(der[0], inside.ToArray(), isWrapper && length > 0 ? ReadAll(inside) : null));
            der = der[(header + length)..];
        }

        return nodes;
    }

    public IEnumerable<DerNode> Descendants() => (Children ?? []).SelectMany(child => child.Descendants().Prepend(child));

    public DerNode Copy() => new(Tag, [.. Content], Children?.Select(child => child.Copy()).ToList());

    public byte[] Encode()
    {
        byte[] inside = Children is null ? Content : [.. Children.SelectMany(child => child.Encode())];
        return [Tag, .. Length(inside.Length), .. inside];
    }

    private static bool TryReadHeader(ReadOnlySpan<byte> der, out int header, out int length)
    {
        (header, length) = (2, 0);
        if (der.Length < 2 || (der[0] & 0x1F) == 0x1F)
            return false;
        length = der[1];
        if (length < 0x80)
            return true;
        var octets = length & 0x7F;
        if (octets is 0 or > 3 || der.Length < 2 + octets)
            return false;
        (header, length) = (2 + octets, 0);
        foreach (var octet in der.Slice(2, octets))
            length = (length << 8) | octet;
        return true;
    }

    private static byte[] Length(int length) =>
        length switch
        {
            < 0x80 => [(byte)length],
            < 0x100 => [0x81, (byte)length],
            < 0x10000 => [0x82, (byte)(length >> 8), (byte)length],
            _ => [0x83, (byte)(length >> 16), (byte)(length >> 8), (byte)length],
        };
}
