using System.Formats.Asn1;
using SigningAuthority.Api.Problems;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Profiles;

namespace SigningAuthority.Api.Stations.Est;

/// <summary>
/// GET …/csrattrs (RFC 7030 §4.5, RFC 8951 §3.4): what a request has to have to pass: an RSA key of the least size that the policy takes, a
/// signature with SHA-256, and the subject's attributes in which the profile writes the device.
/// </summary>
internal sealed class ServeRequestAttributes(KnownOrders orders, DeviceProfiles profiles, AuthorityConfiguration configuration)
{
    public async Task<IResult> HandleAsync(HttpContext context, string? label)
    {
        var order = label is null ? null : await orders.FindAsync(label, context.RequestAborted);
        if (label is not null && order is null)
            return ProblemKinds.NotFound.Because("There is no production order of this name.");

        return EstMedia.Answer(context, EstMedia.Encode(Encode(profiles.Of(order))), EstMedia.Attributes);
    }

    private byte[] Encode(IReadOnlyList<CertificateProfile> wanted)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            // RFC 7030 §4.5.2: the key's type is an attribute whose value says more of it; for RSA that is the modulus' length.
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(ObjectIdentifiers.RsaEncryption);
                using (writer.PushSetOf())
                    writer.WriteInteger(configuration.Policy.Key.SmallestRsaBits);
            }

            writer.WriteObjectIdentifier(ObjectIdentifiers.Sha256WithRsa);
            foreach (var oid in wanted.SelectMany(SubjectReading.AttributesOf).Distinct())
                writer.WriteObjectIdentifier(oid);
        }

        return writer.Encode();
    }
}
