namespace SigningAuthority.Issuance.Policy;

/// <summary>How roots follow each other.</summary>
/// <param name="PublishedDaysAhead">How long a next generation is published before the first certificate from it.</param>
public sealed record RootSettings(int PublishedDaysAhead);
