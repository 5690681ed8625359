using System.Formats.Asn1;

namespace SigningAuthority.UnitTests.Issuance;

/// <summary>Writes DER by hand, so that tests can also write what no library would.</summary>
internal static class Asn
{
    public static readonly byte[] Null = [0x05, 0x00];

    public static byte[] Tagged(byte tag, params IReadOnlyList<byte[]> parts)
    {
        var length = parts.Sum(part => part.Length);
        byte[] header = length switch
        {
            < 0x80 => [tag, (byte)length],
            < 0x100 => [tag, 0x81, (byte)length],
            _ => [tag, 0x82, (byte)(length >> 8), (byte)length],
        };
        var encoded = new byte[header.Length + length];
        header.CopyTo(encoded, 0);
        var at = header.Length;
        foreach (var part in parts)
        {
            part.CopyTo(encoded, at);
            at += part.Length;
        }

        return encoded;
    }

    public static byte[] Sequence(params IReadOnlyList<byte[]> parts) => Tagged(0x30, parts);

    public static byte[] Set(params IReadOnlyList<byte[]> parts) => Tagged(0x31, parts);

    public static byte[] Integer(long value) => Write(writer => writer.WriteInteger(value));

    /// <summary>An INTEGER with exactly these content octets, minimal or not.</summary>
    public static byte[] RawInteger(params byte[] octets) => Tagged(0x02, octets);

    public static byte[] Oid(string oid) => Write(writer => writer.WriteObjectIdentifier(oid));

    public static byte[] OctetString(params byte[] octets) => Tagged(0x04, octets);

    public static byte[] BitString(byte[] octets, byte unused = 0) =>
        Tagged(
            0x03,
            [
                [unused],
                octets,
            ]
        );

    public static byte[] Text(UniversalTagNumber type, string text) => Write(writer => writer.WriteCharacterString(type, text));

    public static byte[] True => [0x01, 0x01, 0xFF];

    public static byte[] Attribute(string oid, params IReadOnlyList<byte[]> values) => Sequence(Oid(oid), Set(values));

    public static byte[] Extension(string oid, byte[] value, bool critical = false) =>
        critical ? Sequence(Oid(oid), True, OctetString(value)) : Sequence(Oid(oid), OctetString(value));

    /// <summary>subjectAltName with one GeneralName: kinds as in RFC 5280 §4.2.1.6 (1 email, 2 DNS, 6 URI).</summary>
    public static byte[] AlternativeName(int kind, string text) => AlternativeName(kind, System.Text.Encoding.Latin1.GetBytes(text));

    public static byte[] AlternativeName(int kind, params byte[] content) =>
        Extension("2.5.29.17", Sequence(Tagged((byte)(0x80 | kind), content)));

    public static byte[] Name(params (string Oid, string Value)[] attributes) =>
        Sequence([
            .. attributes.Select(attribute => Set(Sequence(Oid(attribute.Oid), Text(UniversalTagNumber.UTF8String, attribute.Value)))),
        ]);

    private static byte[] Write(Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        write(writer);
        return writer.Encode();
    }
}
