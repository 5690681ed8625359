using System.Formats.Asn1;

namespace SigningAuthority.Issuance.Certificates;

/// <summary>Pieces that certificates and revocation lists have alike.</summary>
internal static class TbsParts
{
    // RFC 5280 §4.1.2.1: version [0] EXPLICIT, v3(2).
    public static void WriteVersion3(AsnWriter writer)
    {
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            writer.WriteInteger(2);
    }

    // RFC 4055 §5: the parameters of sha256WithRSAEncryption are NULL, and present.
    public static void WriteSha256WithRsa(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(ObjectIdentifiers.Sha256WithRsa);
            writer.WriteNull();
        }
    }

    public static void WriteValidity(AsnWriter writer, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        using (writer.PushSequence())
        {
            WriteTime(writer, notBefore);
            WriteTime(writer, notAfter);
        }
    }

    public static void WriteExtension(AsnWriter writer, string oid, bool critical, Action<AsnWriter> writeValue)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            if (critical)
                writer.WriteBoolean(true);
            using (writer.PushOctetString())
                writeValue(writer);
        }
    }

    // RFC 5280 §4.2.1.3: a named bit list; DER drops trailing zero bits.
    public static void WriteKeyUsage(AsnWriter writer, IEnumerable<int> bits)
    {
        var value = bits.Aggregate(0, (all, bit) => all | (0x80 >> bit));
        writer.WriteBitString([(byte)value], int.TrailingZeroCount(value));
    }

    // RFC 5280 §4.2.1.1: keyIdentifier [0] alone.
    public static void WriteAuthorityKeyIdentifier(AsnWriter writer, ReadOnlySpan<byte> keyIdentifier)
    {
        using (writer.PushSequence())
            writer.WriteOctetString(keyIdentifier, new Asn1Tag(TagClass.ContextSpecific, 0));
    }

    // RFC 5280 §4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050, both in whole seconds and Zulu.
    public static void WriteTime(AsnWriter writer, DateTimeOffset time)
    {
        if (time.UtcDateTime.Year < 2050)
            writer.WriteUtcTime(time, 2049);
        else
            writer.WriteGeneralizedTime(time, omitFractionalSeconds: true);
    }
}
