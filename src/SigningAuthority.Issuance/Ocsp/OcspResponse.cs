using System.Formats.Asn1;
using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Issuance.Ocsp;

/// <summary>Puts an OCSPResponse together (RFC 6960 §4.2.1).</summary>
public static class OcspResponse
{
    private static readonly Asn1Tag Zero = new(TagClass.ContextSpecific, 0);

    /// <summary>A successful, basic response.</summary>
    /// <param name="responseData">As signed, copied verbatim.</param>
    /// <param name="signature">SHA-256 with RSA, PKCS#1 v1.5, by the responder's key.</param>
    /// <param name="responderCertificate">DER; goes with the response, since clients know the issuer alone.</param>
    public static byte[] Assemble(byte[] responseData, byte[] signature, byte[] responderCertificate)
    {
        var writer = new AsnWriter(
            AsnEncodingRules.DER,
            initialCapacity: responseData.Length + signature.Length + responderCertificate.Length + 64
        );
        using (writer.PushSequence())
        {
            writer.WriteEnumeratedValue(OcspResponseStatus.Successful);
            using (writer.PushSequence(Zero))
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(ObjectIdentifiers.OcspBasic);
                using (writer.PushOctetString())
                using (writer.PushSequence())
                {
                    writer.WriteEncodedValue(responseData);
                    TbsParts.WriteSha256WithRsa(writer);
                    writer.WriteBitString(signature);
                    using (writer.PushSequence(Zero))
                    using (writer.PushSequence())
                        writer.WriteEncodedValue(responderCertificate);
                }
            }
        }

        return writer.Encode();
    }

    /// <summary>A response that says why there is none; it is not signed (§2.3).</summary>
    /// <exception cref="ArgumentException">The status is Successful.</exception>
    public static byte[] Error(OcspResponseStatus status)
    {
        if (status == OcspResponseStatus.Successful)
            throw new ArgumentException("A successful response has something to say.", nameof(status));
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
            writer.WriteEnumeratedValue(status);
        return writer.Encode();
    }
}
