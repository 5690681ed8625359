using System.Formats.Asn1;

namespace SigningAuthority.Issuance.Certificates;

/// <summary>The extensions by which a certificate says where its issuer, its list and its state are to be had.</summary>
internal static class PointExtensions
{
    /// <summary>cRLDistributionPoints and authorityInfoAccess, each where there is something to say.</summary>
    public static void Write(AsnWriter writer, CertificatePoints points)
    {
        if (points.Crl is { } list)
            TbsParts.WriteExtension(
                writer,
                ObjectIdentifiers.CrlDistributionPoints,
                critical: false,
                value => DistributionPoints.WriteOne(value, list)
            );
        if (points.Ocsp is not null || points.CaIssuers is not null)
            TbsParts.WriteExtension(
                writer,
                ObjectIdentifiers.AuthorityInformationAccess,
                critical: false,
                value => WriteAccess(value, points)
            );
    }

    // RFC 5280 §4.2.2.1: AccessDescription { accessMethod, accessLocation uniformResourceIdentifier }.
    private static void WriteAccess(AsnWriter writer, CertificatePoints points)
    {
        using (writer.PushSequence())
        {
            foreach (
                var (method, address) in new[]
                {
                    (ObjectIdentifiers.AccessOcsp, points.Ocsp),
                    (ObjectIdentifiers.AccessCaIssuers, points.CaIssuers),
                }
            )
            {
                if (address is null)
                    continue;
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(method);
                    DistributionPoints.WriteUri(writer, address);
                }
            }
        }
    }
}
