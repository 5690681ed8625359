using System.Formats.Asn1;
using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Issuance.Ocsp;

/// <summary>Encodes what a responder signs: ResponseData (RFC 6960 §4.2.1). Deterministic.</summary>
public static class OcspResponseData
{
    private static readonly Asn1Tag Zero = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag One = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag Two = new(TagClass.ContextSpecific, 2);

    /// <param name="responderKeyHash">responderID byKey: SHA-1 of the responder's key bits; see <see cref="OcspResponderCertificate.KeyHash"/>.</param>
    /// <param name="producedAt">When it is signed; whole seconds.</param>
    /// <param name="singles">One an id of the request, in its order.</param>
    /// <param name="nonce">The request's own; null for none.</param>
    public static byte[] Encode(
        byte[] responderKeyHash,
        DateTimeOffset producedAt,
        IReadOnlyList<OcspSingleResponse> singles,
        byte[]? nonce
    )
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, initialCapacity: 512);
        using (writer.PushSequence())
        {
            // version [0] is v1, the default, and so absent. ResponderID is a CHOICE, whose tags are explicit.
            using (writer.PushSequence(Two))
                writer.WriteOctetString(responderKeyHash);
            WriteTime(writer, producedAt);
            using (writer.PushSequence())
            {
                foreach (var single in singles)
                    WriteSingle(writer, single);
            }

            if (nonce is not null)
            {
                using (writer.PushSequence(One))
                using (writer.PushSequence())
                    TbsParts.WriteExtension(writer, ObjectIdentifiers.OcspNonce, critical: false, value => value.WriteOctetString(nonce));
            }
        }

        return writer.Encode();
    }

    private static void WriteSingle(AsnWriter writer, OcspSingleResponse single)
    {
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(single.Id.Der);
            WriteStatus(writer, single.Status);
            WriteTime(writer, single.ThisUpdate);
            if (single.NextUpdate is { } next)
            {
                using (writer.PushSequence(Zero))
                    WriteTime(writer, next);
            }
        }
    }

    private static void WriteStatus(AsnWriter writer, OcspCertificateStatus status)
    {
        switch (status)
        {
            case OcspCertificateStatus.Good:
                writer.WriteNull(Zero);
                break;
            case OcspCertificateStatus.Unknown:
                writer.WriteNull(Two);
                break;
            case OcspCertificateStatus.Revoked revoked:
                using (writer.PushSequence(One))
                {
                    WriteTime(writer, revoked.At);
                    if (revoked.Reason != RevocationReason.Unspecified)
                    {
                        using (writer.PushSequence(Zero))
                            writer.WriteEnumeratedValue(revoked.Reason);
                    }
                }

                break;
            default:
                throw new ArgumentException($"{status} is no certificate's status.", nameof(status));
        }
    }

    // RFC 6960 §4.2.2.1: GeneralizedTime throughout, and RFC 5280 §4.1.2.5.2's form of it.
    private static void WriteTime(AsnWriter writer, DateTimeOffset time) => writer.WriteGeneralizedTime(time, omitFractionalSeconds: true);
}
