using System.Formats.Asn1;
using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Issuance.RevocationLists;

/// <summary>
/// Encodes the TBSCertList (RFC 5280 §5.1.2) in three parts, so that nobody ever holds a list of a million entries: head, entries one by
/// one in ascending order of their serial numbers' octets, tail. Deterministic.
/// </summary>
public static class ToBeSignedRevocationList
{
    /// <summary>The most octets that one entry takes: 20 of a serial number, GeneralizedTime, a reason.</summary>
    public const int MostEntryOctets = 55;

    // UTCTime is for years through 2049 (RFC 5280 §5.1.2.4).
    private const int FirstGeneralizedYear = 2050;

    /// <summary>DER of one SEQUENCE of revokedCertificates.</summary>
    public static byte[] EncodeEntry(in RevocationListEntry entry)
    {
        Span<byte> octets = stackalloc byte[MostEntryOctets];
        return octets[..EncodeEntry(entry.SerialNumber.ToBytes(), entry.RevokedAt, entry.Reason, octets)].ToArray();
    }

    /// <summary>The same, into a buffer of the caller's; allocates nothing.</summary>
    /// <param name="serialNumber">Big-endian magnitude as <see cref="CertificateSerialNumber.ToBytes"/> gives it.</param>
    /// <param name="revokedAt">Whole seconds.</param>
    /// <param name="reason">Not encoded when unspecified.</param>
    /// <param name="destination">Of at least <see cref="MostEntryOctets"/>.</param>
    /// <returns>Octets written.</returns>
    /// <exception cref="ArgumentException">The serial number is none (RFC 5280 §4.1.2.2), or the buffer is too short.</exception>
    public static int EncodeEntry(
        ReadOnlySpan<byte> serialNumber,
        DateTimeOffset revokedAt,
        RevocationReason reason,
        Span<byte> destination
    )
    {
        if (serialNumber.Length is 0 or > 20 || serialNumber[0] == 0 || (serialNumber.Length == 20 && serialNumber[0] > 0x7F))
            throw new ArgumentException("A serial number has 1 to 20 octets and is positive (RFC 5280 §4.1.2.2).", nameof(serialNumber));
        if (destination.Length < MostEntryOctets)
            throw new ArgumentException($"An entry takes up to {MostEntryOctets} octets.", nameof(destination));

        // Every length is below 128, so that each header is two octets; the outer one is filled in at the end.
        var at = 2;
        destination[0] = DerHeader.Sequence;
        var signOctet = serialNumber[0] > 0x7F ? 1 : 0;
        destination[at++] = 0x02;
        destination[at++] = (byte)(serialNumber.Length + signOctet);
        if (signOctet == 1)
            destination[at++] = 0;
        serialNumber.CopyTo(destination[at..]);
        at += serialNumber.Length;
        at += WriteTime(destination[at..], revokedAt.UtcDateTime);
        if (reason != RevocationReason.Unspecified)
        {
            // crlEntryExtensions { { id-ce-cRLReasons, not critical, OCTET STRING { ENUMERATED } } } (§5.3.1).
            ReadOnlySpan<byte> extensions = [0x30, 0x0C, 0x30, 0x0A, 0x06, 0x03, 0x55, 0x1D, 0x15, 0x04, 0x03, 0x0A, 0x01];
            extensions.CopyTo(destination[at..]);
            at += extensions.Length;
            destination[at++] = (byte)reason;
        }

        destination[1] = (byte)(at - 2);
        return at;
    }

    /// <summary>Everything before the entries: the TBSCertList's own header too, and revokedCertificates' where there are any.</summary>
    /// <param name="plan">What list it is.</param>
    /// <param name="issuer">Whose list it is.</param>
    /// <param name="entriesOctets">Octets of all entries; 0 for none, when revokedCertificates is absent as §5.1.2.6 demands.</param>
    public static byte[] EncodeHead(RevocationListPlan plan, IssuerCertificate issuer, long entriesOctets)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(entriesOctets);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        // §5.1.2.1: v2(1), for there are extensions.
        writer.WriteInteger(1);
        TbsParts.WriteSha256WithRsa(writer);
        writer.WriteEncodedValue(issuer.Subject.Der.Span);
        TbsParts.WriteTime(writer, plan.ThisUpdate);
        TbsParts.WriteTime(writer, plan.NextUpdate);
        var fields = writer.Encode();
        byte[] list = entriesOctets == 0 ? [] : DerHeader.Of(DerHeader.Sequence, entriesOctets);
        var length = fields.Length + list.Length + entriesOctets + EncodeTail(plan, issuer).Length;
        return [.. DerHeader.Of(DerHeader.Sequence, length), .. fields, .. list];
    }

    /// <summary>Everything after the entries: crlExtensions [0].</summary>
    /// <exception cref="ArgumentException">The plan is of no list that RFC 5280 has.</exception>
    public static byte[] EncodeTail(RevocationListPlan plan, IssuerCertificate issuer)
    {
        if (plan.BaseNumber is not null && plan.FreshestCrl is not null)
            throw new ArgumentException("A delta has no freshestCRL (RFC 5280 §5.2.6).", nameof(plan));

        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
        using (writer.PushSequence())
        {
            TbsParts.WriteExtension(
                writer,
                ObjectIdentifiers.AuthorityKeyIdentifier,
                critical: false,
                value => TbsParts.WriteAuthorityKeyIdentifier(value, issuer.KeyIdentifier)
            );
            TbsParts.WriteExtension(writer, ObjectIdentifiers.CrlNumber, critical: false, value => value.WriteInteger(plan.Number));
            if (plan.BaseNumber is { } number)
                TbsParts.WriteExtension(writer, ObjectIdentifiers.DeltaCrlIndicator, critical: true, value => value.WriteInteger(number));
            if (plan.DistributionPoint is { } point)
                TbsParts.WriteExtension(
                    writer,
                    ObjectIdentifiers.IssuingDistributionPoint,
                    critical: true,
                    value =>
                    {
                        using (value.PushSequence())
                            DistributionPoints.WriteFullName(value, point);
                    }
                );
            if (plan.FreshestCrl is { } freshest)
                TbsParts.WriteExtension(
                    writer,
                    ObjectIdentifiers.FreshestCrl,
                    critical: false,
                    value => DistributionPoints.WriteOne(value, freshest)
                );
        }

        return writer.Encode();
    }

    /// <summary>UTCTime "YYMMDDhhmmssZ" or GeneralizedTime "YYYYMMDDhhmmssZ", header included.</summary>
    private static int WriteTime(Span<byte> destination, DateTime time)
    {
        var isGeneralized = time.Year >= FirstGeneralizedYear;
        destination[0] = isGeneralized ? (byte)0x18 : (byte)0x17;
        destination[1] = isGeneralized ? (byte)15 : (byte)13;
        var at = 2;
        if (isGeneralized)
            at = WriteTwoDigits(destination, at, time.Year / 100);
        at = WriteTwoDigits(destination, at, time.Year % 100);
        at = WriteTwoDigits(destination, at, time.Month);
        at = WriteTwoDigits(destination, at, time.Day);
        at = WriteTwoDigits(destination, at, time.Hour);
        at = WriteTwoDigits(destination, at, time.Minute);
        at = WriteTwoDigits(destination, at, time.Second);
        destination[at] = (byte)'Z';
        return at + 1;
    }

    private static int WriteTwoDigits(Span<byte> destination, int at, int number)
    {
        destination[at] = (byte)('0' + (number / 10));
        destination[at + 1] = (byte)('0' + (number % 10));
        return at + 2;
    }
}
