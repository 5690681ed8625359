namespace SigningAuthority.Issuance.Certificates.Lint;

/// <summary>The part of the lint that looks at a subject's attributes, whatever it is the subject of.</summary>
internal static class NameLint
{
    /// <param name="subject">As found in the bytes.</param>
    /// <param name="prefix">What the codes begin with: "root-", or nothing.</param>
    public static IEnumerable<LintFinding> Find(DistinguishedName subject, string prefix)
    {
        if (subject.Attributes.Count == 0)
            yield return new($"{prefix}subject-empty", "RFC 5280 §4.1.2.6", "The subject is empty.");
        foreach (
            var attribute in subject.Attributes.Where(attribute =>
                attribute.Value.Length == 0
                || attribute.Value.Any(char.IsControl)
                || attribute.Value.Length > NameAttributeTypes.UpperBound(attribute.Oid)
            )
        )
            yield return new(
                $"{prefix}subject-attribute",
                "RFC 5280 appendix A.1",
                $"{NameAttributeTypes.ShortName(attribute.Oid)} is empty, too long, or has control characters."
            );
    }
}
