using System.Formats.Asn1;
using SigningAuthority.Issuance.Certificates.Lint;

namespace SigningAuthority.Issuance.Ocsp.Lint;

/// <summary>One SingleResponse as found in the bytes.</summary>
/// <param name="CertId">Its octets, header included.</param>
/// <param name="Status">The number of the CHOICE: 0 good, 1 revoked, 2 unknown.</param>
internal sealed record DecodedSingle(
    ReadOnlyMemory<byte> CertId,
    int Status,
    DateTimeOffset? RevokedAt,
    int? Reason,
    DateTimeOffset ThisUpdate,
    DateTimeOffset? NextUpdate,
    IReadOnlyList<DecodedExtension> Extensions
);

/// <summary>A ResponseData (RFC 6960 §4.2.1) taken apart for checking. Shares no code with the encoder.</summary>
internal sealed record DecodedResponseData(
    ReadOnlyMemory<byte> ResponderKeyHash,
    DateTimeOffset ProducedAt,
    IReadOnlyList<DecodedSingle> Singles,
    IReadOnlyList<DecodedExtension> Extensions
)
{
    private const int GeneralizedTimeOctets = 15;

    /// <exception cref="AsnContentException">The bytes are no ResponseData in DER, or one whose version is written out or whose responder is named.</exception>
    public static DecodedResponseData Decode(ReadOnlyMemory<byte> bytes)
    {
        var body = DerSlices.Content(bytes, Asn1Tag.Sequence, out var rest);
        DerSlices.Require(rest.IsEmpty, "Bytes follow the ResponseData.");
        var responder = DerSlices.Content(body, Constructed(2), out body);
        var hash = DerSlices.Content(responder, Asn1Tag.PrimitiveOctetString, out rest);
        DerSlices.Require(rest.IsEmpty, "The responderID has a field too many.");
        var producedAt = ReadTime(ref body);
        var list = DerSlices.Content(body, Asn1Tag.Sequence, out body);
        var singles = new List<DecodedSingle>();
        while (!list.IsEmpty)
            singles.Add(ReadSingle(DerSlices.Content(list, Asn1Tag.Sequence, out list)));
        return new DecodedResponseData(hash, producedAt, singles, ReadExtensions(body, "The ResponseData"));
    }

    private static DecodedSingle ReadSingle(ReadOnlyMemory<byte> single)
    {
        single = DerSlices.Next(single, out var id);
        single = DerSlices.Next(single, out var status);
        var (choice, revokedAt, reason) = ReadStatus(status);
        var thisUpdate = ReadTime(ref single);
        DateTimeOffset? nextUpdate = null;
        if (!single.IsEmpty && single.Span[0] == 0xA0)
        {
            var wrapped = DerSlices.Content(single, Constructed(0), out single);
            nextUpdate = ReadTime(ref wrapped);
            DerSlices.Require(wrapped.IsEmpty, "nextUpdate has a field too many.");
        }

        return new DecodedSingle(id, choice, revokedAt, reason, thisUpdate, nextUpdate, ReadExtensions(single, "An answer"));
    }

    private static (int Choice, DateTimeOffset? RevokedAt, int? Reason) ReadStatus(ReadOnlyMemory<byte> status)
    {
        switch (status.Span)
        {
            case [0x80, 0x00]:
                return (0, null, null);
            case [0x82, 0x00]:
                return (2, null, null);
            default:
                var revoked = DerSlices.Content(status, Constructed(1), out _);
                var at = ReadTime(ref revoked);
                if (revoked.IsEmpty)
                    return (1, at, null);
                DerSlices.Require(revoked.Span is [0xA0, 0x03, 0x0A, 0x01, _], "RevokedInfo has something else than a reason.");
                return (1, at, revoked.Span[^1]);
        }
    }

    /// <summary>What may stand at the end: extensions [1] EXPLICIT.</summary>
    private static List<DecodedExtension> ReadExtensions(ReadOnlyMemory<byte> body, string owner)
    {
        if (body.IsEmpty)
            return [];
        var wrapped = DerSlices.Content(body, Constructed(1), out var end);
        var list = DerSlices.Content(wrapped, Asn1Tag.Sequence, out var rest);
        DerSlices.Require(end.IsEmpty && rest.IsEmpty && !list.IsEmpty, $"{owner} has a field too many, or no extension in its list.");
        return DerSlices.ReadExtensions(list);
    }

    // RFC 6960 §4.2.2.1; DER without a fraction is 15 octets: YYYYMMDDhhmmssZ.
    private static DateTimeOffset ReadTime(ref ReadOnlyMemory<byte> bytes)
    {
        DerSlices.Require(
            bytes.Length > 1 && bytes.Span[1] == GeneralizedTimeOctets,
            "A time is missing, or has another form than YYYYMMDDhhmmssZ."
        );
        var time = AsnDecoder.ReadGeneralizedTime(bytes.Span, AsnEncodingRules.DER, out var used);
        bytes = bytes[used..];
        return time;
    }

    private static Asn1Tag Constructed(int number) => new(TagClass.ContextSpecific, number, isConstructed: true);
}
