using System.Formats.Asn1;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Profiles;

namespace SigningAuthority.Issuance.Certificates;

/// <summary>Encodes the TBSCertificate (RFC 5280 §4.1) of an end entity, from a plan that policy approved. Deterministic.</summary>
public static class ToBeSignedCertificate
{
    /// <summary>RFC 5280 §4.1.2.5: the notAfter of what has no well-defined expiration date.</summary>
    public static readonly DateTimeOffset NoWellDefinedExpiration = new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);

    /// <param name="plan">What policy approved.</param>
    /// <param name="issuer">The authority's certificate.</param>
    /// <param name="points">The addresses that it carries: those kinds that the plan names.</param>
    /// <param name="serialNumber">Drawn for this certificate alone.</param>
    /// <param name="now">The moment of issuance; notBefore lies <see cref="CertificateProfile.BackdateMinutes"/> before it.</param>
    /// <returns>DER; sha256WithRSAEncryption is named inside as the signature's algorithm.</returns>
    /// <exception cref="InvalidOperationException">The issuer's own life does not cover the moment of issuance.</exception>
    public static byte[] Encode(
        CertificatePlan plan,
        IssuerCertificate issuer,
        CertificatePoints points,
        CertificateSerialNumber serialNumber,
        DateTimeOffset now
    )
    {
        var (notBefore, notAfter) = ValidityOf(plan.Profile, issuer, now);
        var writer = new AsnWriter(AsnEncodingRules.DER, initialCapacity: 1024);
        using (writer.PushSequence())
        {
            TbsParts.WriteVersion3(writer);
            writer.WriteIntegerUnsigned(serialNumber.ToBytes());
            TbsParts.WriteSha256WithRsa(writer);
            writer.WriteEncodedValue(issuer.Subject.Der.Span);
            TbsParts.WriteValidity(writer, notBefore, notAfter);
            writer.WriteEncodedValue(plan.Subject.Der.Span);
            writer.WriteEncodedValue(plan.SubjectPublicKeyInfo.Span);
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3)))
            using (writer.PushSequence())
                WriteExtensions(writer, plan, issuer, points);
        }

        return writer.Encode();
    }

    /// <summary>
    /// notBefore and notAfter, both inclusive and in whole seconds. Cut to the issuer's own life: a certificate that
    /// outlives its issuer fails validation from that day on without anybody being told (RFC 5280 §6.1.3 checks each).
    /// Only a profile that says so has its certificates without an end of their own.
    /// </summary>
    public static (DateTimeOffset NotBefore, DateTimeOffset NotAfter) ValidityOf(
        CertificateProfile profile,
        IssuerCertificate issuer,
        DateTimeOffset now
    )
    {
        var second = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
        if (second < issuer.NotBefore || second >= issuer.NotAfter)
            throw new InvalidOperationException($"{issuer.Subject} signs from {issuer.NotBefore:O} to {issuer.NotAfter:O} only.");
        var notBefore = Later(second.AddMinutes(-profile.BackdateMinutes), issuer.NotBefore);
        var notAfter =
            profile.NotAfter == CertificateEnd.NoWellDefinedExpiration
                ? NoWellDefinedExpiration
                : Earlier(notBefore.AddDays(profile.ValidityDays).AddSeconds(-1), issuer.NotAfter);
        return (notBefore, notAfter);
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static void WriteExtensions(AsnWriter writer, CertificatePlan plan, IssuerCertificate issuer, CertificatePoints points)
    {
        if (plan.Profile.BasicConstraints)
            TbsParts.WriteExtension(
                writer,
                ObjectIdentifiers.BasicConstraints,
                critical: true,
                value =>
                {
                    using (value.PushSequence()) { }
                }
            );
        TbsParts.WriteExtension(
            writer,
            ObjectIdentifiers.KeyUsage,
            critical: true,
            value => TbsParts.WriteKeyUsage(value, plan.Profile.KeyUsage.Select(bit => (int)bit))
        );
        TbsParts.WriteExtension(
            writer,
            ObjectIdentifiers.ExtendedKeyUsage,
            critical: false,
            value => WritePurposes(value, plan.Profile.ExtendedKeyUsage)
        );
        TbsParts.WriteExtension(
            writer,
            ObjectIdentifiers.SubjectKeyIdentifier,
            critical: false,
            value => value.WriteOctetString(KeyIdentifiers.Of(plan.SubjectPublicKeyInfo))
        );
        TbsParts.WriteExtension(
            writer,
            ObjectIdentifiers.AuthorityKeyIdentifier,
            critical: false,
            value => TbsParts.WriteAuthorityKeyIdentifier(value, issuer.KeyIdentifier)
        );
        if (plan.DnsNames.Count + plan.Addresses.Count > 0 || plan.HardwareModuleName is not null)
            TbsParts.WriteExtension(
                writer,
                ObjectIdentifiers.SubjectAlternativeName,
                critical: false,
                value => WriteAlternativeNames(value, plan)
            );
        PointExtensions.Write(writer, points);
        if (plan.Profile.OcspNoCheck)
            TbsParts.WriteExtension(writer, ObjectIdentifiers.OcspNoCheck, critical: false, value => value.WriteNull());
    }

    private static void WritePurposes(AsnWriter writer, IReadOnlyList<KeyPurpose> purposes)
    {
        using (writer.PushSequence())
        {
            foreach (var purpose in purposes)
                writer.WriteObjectIdentifier(purpose.Oid());
        }
    }

    // RFC 5280 §4.2.1.6: dNSName [2] IA5String, iPAddress [7] OCTET STRING.
    private static void WriteAlternativeNames(AsnWriter writer, CertificatePlan plan)
    {
        using (writer.PushSequence())
        {
            plan.HardwareModuleName?.WriteAsOtherName(writer);
            foreach (var name in plan.DnsNames)
                writer.WriteCharacterString(UniversalTagNumber.IA5String, name, new Asn1Tag(TagClass.ContextSpecific, 2));
            foreach (var address in plan.Addresses)
                writer.WriteOctetString(address.GetAddressBytes(), new Asn1Tag(TagClass.ContextSpecific, 7));
        }
    }
}
