using System.Formats.Asn1;
using System.Text;
using SigningAuthority.Issuance.Profiles;

namespace SigningAuthority.Issuance.Certificates;

/// <summary>Which kind of hardware a device is and which one of them (RFC 4108 §5): what IEEE 802.1AR has in a subjectAltName.</summary>
/// <param name="HwType">An OID.</param>
/// <param name="HwSerialNum">ASCII; an OCTET STRING in the certificate.</param>
public sealed record HardwareModuleName(string HwType, string HwSerialNum)
{
    private static readonly Asn1Tag Zero = new(TagClass.ContextSpecific, 0);

    internal static HardwareModuleName Fill(HardwareModuleTemplate template, IReadOnlyDictionary<string, string> values) =>
        new(template.HwType, SubjectTemplate.FillText(template.HwSerialNum, values));

    // RFC 5280 §4.2.1.6: otherName [0] IMPLICIT SEQUENCE { type-id OBJECT IDENTIFIER, value [0] EXPLICIT ANY };
    // RFC 4108 §5: HardwareModuleName ::= SEQUENCE { hwType OBJECT IDENTIFIER, hwSerialNum OCTET STRING }.
    internal void WriteAsOtherName(AsnWriter writer)
    {
        using (writer.PushSequence(Zero))
        {
            writer.WriteObjectIdentifier(ObjectIdentifiers.HardwareModuleName);
            using (writer.PushSequence(Zero))
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(HwType);
                writer.WriteOctetString(Encoding.ASCII.GetBytes(HwSerialNum));
            }
        }
    }
}
