namespace SigningAuthority.Storage.Access;

/// <summary>A tenant.</summary>
public sealed record Provider
{
    public required Guid Id { get; init; }

    /// <summary>Lower-case letters, digits and hyphens, at most 63.</summary>
    public required string Name { get; init; }

    /// <summary>Set by the database.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A name that a provider may ask certificates for.</summary>
public sealed record ProviderName
{
    public required Guid Id { get; init; }

    public required Guid ProviderId { get; init; }

    /// <summary>An FQDN in lower case.</summary>
    public required string Suffix { get; init; }

    public required bool IncludeSubdomains { get; init; }

    /// <summary>Set by the database.</summary>
    public DateTimeOffset RegisteredAt { get; init; }

    public required string RegisteredBy { get; init; }

    public DateTimeOffset? WithdrawnAt { get; init; }
}
