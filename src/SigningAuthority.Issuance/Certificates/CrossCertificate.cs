using System.Formats.Asn1;

namespace SigningAuthority.Issuance.Certificates;

/// <summary>
/// Encodes the TBSCertificate by which one generation of a root vouches for another's key: newWithOld and oldWithNew of RFC 4210 §4.4.
/// Deterministic.
/// </summary>
/// <remarks>
/// Only between generations of one subject name. Roots have pathLenConstraint 0, and the only intermediate that it lets pass is one that is
/// self-issued, whose subject and issuer are the same (RFC 5280 §4.2.1.9, §6.1.4 (l)).
/// </remarks>
public static class CrossCertificate
{
    /// <param name="issuer">The generation that vouches: the old one's root for newWithOld.</param>
    /// <param name="subject">The generation whose key is vouched for: its own root. Its key identifier is kept, so that what it issued chains.</param>
    /// <param name="points">Where the issuer's lists and answers are: who holds a certificate that was revoked is to hear of it.</param>
    /// <param name="serialNumber">Drawn for this certificate.</param>
    /// <param name="notBefore">Inclusive; whole seconds; within the issuer's life.</param>
    /// <param name="notAfter">Inclusive; whole seconds; within the issuer's life.</param>
    /// <exception cref="ArgumentException">The two have different names, or the same key.</exception>
    public static byte[] EncodeToBeSigned(
        IssuerCertificate issuer,
        IssuerCertificate subject,
        CertificatePoints points,
        CertificateSerialNumber serialNumber,
        DateTimeOffset notBefore,
        DateTimeOffset notAfter
    )
    {
        if (!issuer.Subject.Der.Span.SequenceEqual(subject.Subject.Der.Span))
            throw new ArgumentException(
                "Only generations of one name can vouch for each other (RFC 5280 §6.1.4 (l)): a root's pathLenConstraint is 0.",
                nameof(subject)
            );
        if (issuer.SubjectPublicKeyInfo.AsSpan().SequenceEqual(subject.SubjectPublicKeyInfo))
            throw new ArgumentException("A generation doesn't vouch for its own key.", nameof(subject));

        var writer = new AsnWriter(AsnEncodingRules.DER, initialCapacity: 1024);
        using (writer.PushSequence())
        {
            TbsParts.WriteVersion3(writer);
            writer.WriteIntegerUnsigned(serialNumber.ToBytes());
            TbsParts.WriteSha256WithRsa(writer);
            writer.WriteEncodedValue(issuer.Subject.Der.Span);
            TbsParts.WriteValidity(writer, notBefore, notAfter);
            writer.WriteEncodedValue(subject.Subject.Der.Span);
            writer.WriteEncodedValue(subject.SubjectPublicKeyInfo);
            RootCertificate.WriteExtensions(writer, subject.KeyIdentifier, issuer.KeyIdentifier, points);
        }

        return writer.Encode();
    }
}
