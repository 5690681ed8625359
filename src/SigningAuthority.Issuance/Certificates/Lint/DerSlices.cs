using System.Formats.Asn1;

namespace SigningAuthority.Issuance.Certificates.Lint;

/// <summary>One extension as found in the bytes.</summary>
internal readonly record struct DecodedExtension(string Oid, bool Critical, ReadOnlyMemory<byte> Value);

/// <summary>Takes DER apart for the lints: by offsets, on the very bytes. Encoders use none of it.</summary>
internal static class DerSlices
{
    public static List<DecodedExtension> ReadExtensions(ReadOnlyMemory<byte> list)
    {
        var extensions = new List<DecodedExtension>();
        while (!list.IsEmpty)
        {
            var extension = Content(list, Asn1Tag.Sequence, out list);
            var oid = AsnDecoder.ReadObjectIdentifier(extension.Span, AsnEncodingRules.DER, out var used);
            extension = extension[used..];
            var critical = !extension.IsEmpty && extension.Span[0] == 0x01;
            if (critical)
            {
                // DER: a BOOLEAN DEFAULT FALSE is written only when TRUE.
                Require(AsnDecoder.ReadBoolean(extension.Span, AsnEncodingRules.DER, out used), "A critical flag is written out as FALSE.");
                extension = extension[used..];
            }

            extensions.Add(new DecodedExtension(oid, critical, Content(extension, Asn1Tag.PrimitiveOctetString, out var rest)));
            Require(rest.IsEmpty, "An extension has a field too many.");
        }

        return extensions;
    }

    public static DateTimeOffset ReadTime(ReadOnlyMemory<byte> bytes, out int used, out bool isInItsForm)
    {
        Require(bytes.Length > 2, "A time is missing.");
        if (bytes.Span[0] == 0x17)
        {
            isInItsForm = bytes.Span[1] == 13;
            return AsnDecoder.ReadUtcTime(bytes.Span, AsnEncodingRules.DER, out used, twoDigitYearMax: 2049);
        }

        var time = AsnDecoder.ReadGeneralizedTime(bytes.Span, AsnEncodingRules.DER, out used);
        isInItsForm = bytes.Span[1] == 15 && time.Year >= 2050;
        return time;
    }

    public static ReadOnlyMemory<byte> Content(ReadOnlyMemory<byte> bytes, Asn1Tag tag, out ReadOnlyMemory<byte> rest)
    {
        var found = AsnDecoder.ReadEncodedValue(bytes.Span, AsnEncodingRules.DER, out var offset, out var length, out var consumed);
        Require(found == tag, $"Found {found} where {tag} belongs.");
        rest = bytes[consumed..];
        return bytes.Slice(offset, length);
    }

    /// <summary>Splits off one whole element; returns what follows it.</summary>
    public static ReadOnlyMemory<byte> Next(ReadOnlyMemory<byte> bytes, out ReadOnlyMemory<byte> element)
    {
        AsnDecoder.ReadEncodedValue(bytes.Span, AsnEncodingRules.DER, out _, out _, out var consumed);
        element = bytes[..consumed];
        return bytes[consumed..];
    }

    public static void Require(bool holds, string message)
    {
        if (!holds)
            throw new AsnContentException(message);
    }
}
