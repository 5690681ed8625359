using SigningAuthority.Issuance.Configuration;

namespace SigningAuthority.Issuance.Policy;

/// <summary>Whether the authorities that a request needs exist, and are those it was promised when it was accepted.</summary>
internal static class AvailabilityRule
{
    private static readonly Rule NotAvailable = new(
        "authority-not-available",
        "authorities/: the ceremony of this authority has not been held"
    );
    private static readonly Rule Changed = new("authorities-changed", "the configuration changed after the request was accepted");

    public static IEnumerable<Violation> Find(
        IReadOnlyList<AuthorityDefinition> needed,
        IReadOnlySet<string> available,
        IReadOnlyList<string>? promised
    )
    {
        foreach (var authority in needed.Where(authority => !available.Contains(authority.Id)))
            yield return NotAvailable.BrokenBy(
                "authority",
                "an authority whose ceremony has been held",
                authority.DisplayName,
                "This generation can't sign yet.",
                "ask the operator to hold the ceremony, then try again"
            );
        if (promised is not null && !promised.ToHashSet().SetEquals(needed.Select(authority => authority.Id)))
            yield return Changed.BrokenBy(
                "authority",
                string.Join(", ", promised),
                string.Join(", ", needed.Select(authority => authority.Id)),
                "The generations for this request are not those it was accepted for.",
                "submit the request again"
            );
    }
}
