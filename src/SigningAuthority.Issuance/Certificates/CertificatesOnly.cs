using System.Formats.Asn1;

namespace SigningAuthority.Issuance.Certificates;

/// <summary>
/// CMS SignedData that signs nothing and only carries certificates (RFC 5652 §5.1, "certs-only" of RFC 5751 §3.6), in their order: DER would
/// sort the set by its octets, and who takes the first certificate would now and then have the root. BER is allowed (RFC 5652 §5).
/// </summary>
public static class CertificatesOnly
{
    private const string SignedData = "1.2.840.113549.1.7.2";
    private const string Data = "1.2.840.113549.1.7.1";

    private static readonly Asn1Tag Tag0 = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <param name="certificates">DER of each, the end entity's first.</param>
    public static byte[] Encode(IEnumerable<byte[]> certificates)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(SignedData);
            using (writer.PushSequence(Tag0))
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                writer.PushSetOf().Dispose();
                using (writer.PushSequence())
                    writer.WriteObjectIdentifier(Data);
                using (writer.PushSetOf(Tag0))
                {
                    foreach (var certificate in certificates)
                        writer.WriteEncodedValue(certificate);
                }

                writer.PushSetOf().Dispose();
            }
        }

        return writer.Encode();
    }
}
