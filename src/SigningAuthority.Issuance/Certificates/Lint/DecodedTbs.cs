using System.Formats.Asn1;
using System.Numerics;

namespace SigningAuthority.Issuance.Certificates.Lint;

/// <summary>One extension as found in the bytes.</summary>
internal readonly record struct DecodedExtension(string Oid, bool Critical, ReadOnlyMemory<byte> Value);

/// <summary>
/// A TBSCertificate taken apart for checking. Shares no code with the encoder, so that one mistake can't hide another:
/// it works on spans of the very bytes, with its own offsets, and knows nothing of plans or profiles.
/// </summary>
internal sealed class DecodedTbs
{
    private DecodedTbs() { }

    public required int Version { get; init; }

    public required BigInteger SerialNumber { get; init; }

    public required int SerialNumberOctets { get; init; }

    public required string SignatureAlgorithm { get; init; }

    public required bool SignatureParametersAreNull { get; init; }

    public required byte[] Issuer { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    public required bool TimesAreInTheirForms { get; init; }

    public required byte[] Subject { get; init; }

    public required byte[] SubjectPublicKeyInfo { get; init; }

    public required IReadOnlyList<DecodedExtension> Extensions { get; init; }

    public DecodedExtension? Find(string oid)
    {
        foreach (var extension in Extensions)
        {
            if (extension.Oid == oid)
                return extension;
        }

        return null;
    }

    /// <exception cref="AsnContentException">The bytes are no TBSCertificate in DER.</exception>
    public static DecodedTbs Decode(ReadOnlyMemory<byte> bytes)
    {
        var body = Content(bytes, Asn1Tag.Sequence, out var rest);
        Require(rest.IsEmpty, "Bytes follow the TBSCertificate.");

        var version = Content(body, new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true), out body);
        var serial = Next(body, out var serialNumber);
        var signature = Content(serial, Asn1Tag.Sequence, out var afterSignature);
        var algorithm = AsnDecoder.ReadObjectIdentifier(signature.Span, AsnEncodingRules.DER, out var algorithmLength);
        Next(afterSignature, out var issuer);
        var validity = Content(afterSignature[issuer.Length..], Asn1Tag.Sequence, out var afterValidity);
        Next(afterValidity, out var subject);
        Next(afterValidity[subject.Length..], out var key);
        var wrapped = Content(
            afterValidity[(subject.Length + key.Length)..],
            new Asn1Tag(TagClass.ContextSpecific, 3, isConstructed: true),
            out var end
        );
        var list = Content(wrapped, Asn1Tag.Sequence, out var afterList);
        Require(end.IsEmpty && afterList.IsEmpty, "A field follows the extensions.");

        var number = AsnDecoder.ReadInteger(serialNumber.Span, AsnEncodingRules.DER, out _);
        var notBefore = ReadTime(validity, out var first, out var firstForm);
        var notAfter = ReadTime(validity[first..], out var second, out var secondForm);
        Require(validity.Length == first + second, "The validity has more than two times.");
        return new DecodedTbs
        {
            Version = ReadVersion(version),
            SerialNumber = number,
            SerialNumberOctets = AsnDecoder.ReadIntegerBytes(serialNumber.Span, AsnEncodingRules.DER, out _).Length,
            SignatureAlgorithm = algorithm,
            SignatureParametersAreNull = signature.Span[algorithmLength..] is [0x05, 0x00],
            Issuer = issuer.ToArray(),
            NotBefore = notBefore,
            NotAfter = notAfter,
            TimesAreInTheirForms = firstForm && secondForm,
            Subject = subject.ToArray(),
            SubjectPublicKeyInfo = key.ToArray(),
            Extensions = ReadExtensions(list),
        };
    }

    private static int ReadVersion(ReadOnlyMemory<byte> version)
    {
        Require(
            AsnDecoder.TryReadInt32(version.Span, AsnEncodingRules.DER, out var number, out var used) && used == version.Length,
            "The version is more than a number."
        );
        return number;
    }

    private static List<DecodedExtension> ReadExtensions(ReadOnlyMemory<byte> list)
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

    private static DateTimeOffset ReadTime(ReadOnlyMemory<byte> bytes, out int used, out bool isInItsForm)
    {
        Require(bytes.Length > 2, "The validity has fewer than two times.");
        if (bytes.Span[0] == 0x17)
        {
            isInItsForm = bytes.Span[1] == 13;
            return AsnDecoder.ReadUtcTime(bytes.Span, AsnEncodingRules.DER, out used, twoDigitYearMax: 2049);
        }

        var time = AsnDecoder.ReadGeneralizedTime(bytes.Span, AsnEncodingRules.DER, out used);
        isInItsForm = bytes.Span[1] == 15 && time.Year >= 2050;
        return time;
    }

    private static ReadOnlyMemory<byte> Content(ReadOnlyMemory<byte> bytes, Asn1Tag tag, out ReadOnlyMemory<byte> rest)
    {
        var found = AsnDecoder.ReadEncodedValue(bytes.Span, AsnEncodingRules.DER, out var offset, out var length, out var consumed);
        Require(found == tag, $"Found {found} where {tag} belongs.");
        rest = bytes[consumed..];
        return bytes.Slice(offset, length);
    }

    /// <summary>Splits off one whole element; returns what follows it.</summary>
    private static ReadOnlyMemory<byte> Next(ReadOnlyMemory<byte> bytes, out ReadOnlyMemory<byte> element)
    {
        AsnDecoder.ReadEncodedValue(bytes.Span, AsnEncodingRules.DER, out _, out _, out var consumed);
        element = bytes[..consumed];
        return bytes[consumed..];
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
            throw new AsnContentException(message);
    }
}
