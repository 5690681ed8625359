using System.Formats.Asn1;

namespace SigningAuthority.Issuance.Certificates;

/// <summary>Encodes the TBSCertificate of a self-signed root (RFC 5280 §4.1, §4.2.1.9). Deterministic.</summary>
public static class RootCertificate
{
    // RFC 5280 §4.2.1.3.
    private const int KeyCertSign = 5;
    private const int CrlSign = 6;

    /// <param name="subject">The root's name; also its issuer.</param>
    /// <param name="subjectPublicKeyInfo">DER of the RSA key made for it.</param>
    /// <param name="serialNumber">Drawn for this root.</param>
    /// <param name="notBefore">Inclusive; whole seconds.</param>
    /// <param name="notAfter">Inclusive; whole seconds.</param>
    public static byte[] EncodeToBeSigned(
        DistinguishedName subject,
        ReadOnlyMemory<byte> subjectPublicKeyInfo,
        CertificateSerialNumber serialNumber,
        DateTimeOffset notBefore,
        DateTimeOffset notAfter
    )
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, initialCapacity: 1024);
        var keyIdentifier = KeyIdentifiers.Of(subjectPublicKeyInfo);
        using (writer.PushSequence())
        {
            TbsParts.WriteVersion3(writer);
            writer.WriteIntegerUnsigned(serialNumber.ToBytes());
            TbsParts.WriteSha256WithRsa(writer);
            writer.WriteEncodedValue(subject.Der.Span);
            TbsParts.WriteValidity(writer, notBefore, notAfter);
            writer.WriteEncodedValue(subject.Der.Span);
            writer.WriteEncodedValue(subjectPublicKeyInfo.Span);
            WriteExtensions(writer, keyIdentifier, keyIdentifier, CertificatePoints.None);
        }

        return writer.Encode();
    }

    /// <summary>What a certificate of an authority may do, whoever signs it: end entities directly, and revocation lists.</summary>
    internal static void WriteExtensions(
        AsnWriter writer,
        byte[] subjectKeyIdentifier,
        byte[] authorityKeyIdentifier,
        CertificatePoints points
    )
    {
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3)))
        using (writer.PushSequence())
        {
            TbsParts.WriteExtension(writer, ObjectIdentifiers.BasicConstraints, critical: true, WriteDirectOnly);
            TbsParts.WriteExtension(
                writer,
                ObjectIdentifiers.KeyUsage,
                critical: true,
                value => TbsParts.WriteKeyUsage(value, [KeyCertSign, CrlSign])
            );
            TbsParts.WriteExtension(
                writer,
                ObjectIdentifiers.SubjectKeyIdentifier,
                critical: false,
                value => value.WriteOctetString(subjectKeyIdentifier)
            );
            TbsParts.WriteExtension(
                writer,
                ObjectIdentifiers.AuthorityKeyIdentifier,
                critical: false,
                value => TbsParts.WriteAuthorityKeyIdentifier(value, authorityKeyIdentifier)
            );
            PointExtensions.Write(writer, points);
        }
    }

    /// <summary>cA TRUE with pathLenConstraint 0: devices accept one link, so no intermediate may ever be made under this root.</summary>
    private static void WriteDirectOnly(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.WriteBoolean(true);
            writer.WriteInteger(0);
        }
    }
}
