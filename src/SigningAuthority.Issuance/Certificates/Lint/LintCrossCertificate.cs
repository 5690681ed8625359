using System.Formats.Asn1;

namespace SigningAuthority.Issuance.Certificates.Lint;

/// <summary>
/// The last look at the very bytes by which one generation of a root is about to vouch for another: decoded anew, and held against both
/// roots and RFC 5280. Every rule is run; one finding is enough to sign nothing.
/// </summary>
public static class LintCrossCertificate
{
    /// <param name="toBeSigned">The bytes that the key would sign.</param>
    /// <param name="issuer">The generation that vouches.</param>
    /// <param name="subject">The generation that is vouched for.</param>
    /// <param name="points">The addresses that the certificate is to carry.</param>
    /// <returns>Empty when the bytes may be signed.</returns>
    public static IReadOnlyList<LintFinding> Find(
        ReadOnlyMemory<byte> toBeSigned,
        IssuerCertificate issuer,
        IssuerCertificate subject,
        CertificatePoints points
    )
    {
        try
        {
            var tbs = DecodedTbs.Decode(toBeSigned);
            return
            [
                .. AuthorityLint.FindInFields(tbs, "cross"),
                .. FindInFields(tbs, issuer, subject),
                .. AuthorityLint.FindInExtensions(tbs, "cross", subject.KeyIdentifier, issuer.KeyIdentifier, PointsLint.Addresses),
                .. PointsLint.FindAddresses(tbs, points, "cross-"),
            ];
        }
        catch (AsnContentException exception)
        {
            return [new LintFinding("cross-malformed", "RFC 5280 §4.1", exception.Message)];
        }
    }

    private static IEnumerable<LintFinding> FindInFields(DecodedTbs tbs, IssuerCertificate issuer, IssuerCertificate subject)
    {
        if (!tbs.Issuer.AsSpan().SequenceEqual(issuer.Subject.Der.Span))
            yield return new("cross-issuer", "RFC 5280 §4.1.2.4", "The issuer is not the generation that vouches, octet by octet.");
        if (!tbs.Subject.AsSpan().SequenceEqual(subject.Subject.Der.Span))
            yield return new("cross-subject", "RFC 5280 §4.1.2.6", "The subject is not the generation that is vouched for.");
        if (!tbs.Subject.AsSpan().SequenceEqual(tbs.Issuer))
            yield return new(
                "cross-not-self-issued",
                "RFC 5280 §4.2.1.9, §6.1.4 (l)",
                "Subject and issuer differ: below a root with pathLenConstraint 0 nothing would chain through it."
            );
        if (!tbs.SubjectPublicKeyInfo.AsSpan().SequenceEqual(subject.SubjectPublicKeyInfo))
            yield return new("cross-subject-key", "RFC 5280 §4.1.2.7", "The public key is not that of the generation that is vouched for.");
        if (tbs.SubjectPublicKeyInfo.AsSpan().SequenceEqual(issuer.SubjectPublicKeyInfo))
            yield return new(
                "cross-self-signed",
                "RFC 4210 §4.4",
                "The public key is the issuer's own: that is a root and no cross-certificate."
            );
        if (tbs.NotBefore >= tbs.NotAfter || tbs.NotBefore < issuer.NotBefore || tbs.NotAfter > issuer.NotAfter)
            yield return new(
                "cross-validity",
                "RFC 5280 §4.1.2.5",
                $"{tbs.NotBefore:O} to {tbs.NotAfter:O} is not within the issuer's {issuer.NotBefore:O} to {issuer.NotAfter:O}."
            );
    }
}
