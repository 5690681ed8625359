namespace SigningAuthority.Issuance.Certificates.Lint;

/// <summary>Something in to-be-signed bytes that must not be signed: a defect of ours, never of the request.</summary>
/// <param name="Code">Stable, kebab-case.</param>
/// <param name="Source">The rule's section.</param>
/// <param name="Message">What was found.</param>
public sealed record LintFinding(string Code, string Source, string Message)
{
    public override string ToString() => $"{Code} ({Source}): {Message}";
}
