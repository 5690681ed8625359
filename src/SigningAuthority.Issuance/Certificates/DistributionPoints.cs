using System.Formats.Asn1;

namespace SigningAuthority.Issuance.Certificates;

/// <summary>The address of a CRL as certificates and CRLs write it (RFC 5280 §4.2.1.13, §5.2.5, §5.2.6).</summary>
internal static class DistributionPoints
{
    private static readonly Asn1Tag Zero = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag UniformResourceIdentifier = new(TagClass.ContextSpecific, 6);

    /// <summary>CRLDistributionPoints with one point of one name, for it is one server that answers for a certificate.</summary>
    public static void WriteOne(AsnWriter writer, Uri address)
    {
        using (writer.PushSequence())
        using (writer.PushSequence())
            WriteFullName(writer, address);
    }

    /// <summary>distributionPoint [0] EXPLICIT of a CHOICE, of which fullName is [0]; then GeneralNames of one.</summary>
    public static void WriteFullName(AsnWriter writer, Uri address)
    {
        using (writer.PushSequence(Zero))
        using (writer.PushSequence(Zero))
            WriteUri(writer, address);
    }

    /// <summary>RFC 5280 §4.2.1.6: a GeneralName's uniformResourceIdentifier [6] IA5String.</summary>
    public static void WriteUri(AsnWriter writer, Uri address) =>
        writer.WriteCharacterString(UniversalTagNumber.IA5String, address.AbsoluteUri, UniformResourceIdentifier);
}
