using System.Formats.Asn1;

namespace SigningAuthority.Api.Publication;

/// <summary>CMS SignedData that signs nothing and only carries certificates (RFC 5652 §5.1, "certs-only" of RFC 5751 §3.6), DER.</summary>
internal static class CertificatesOnly
{
    private const string SignedData = "1.2.840.113549.1.7.2";
    private const string Data = "1.2.840.113549.1.7.1";

    private static readonly Asn1Tag Tag0 = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <param name="certificates">DER of each.</param>
    public static byte[] Encode(IEnumerable<byte[]> certificates)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
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
                // A set: in DER its elements are ordered, whatever their order here.
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
