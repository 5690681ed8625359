namespace SigningAuthority.Storage.Names;

/// <summary>What a look found.</summary>
/// <param name="Code">"proven", or what was the matter.</param>
/// <param name="Seen">For the provider and the log: printable, at most 500 characters.</param>
public sealed record ProofSight(string Code, string Seen)
{
    public const string Proven = "proven";

    /// <summary>No resolver answered: nothing was seen.</summary>
    public const string ResolverFailed = "resolver-failed";

    public bool IsProof => Code == Proven;
}
