using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;

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

    /// <summary>The challenge by which the provider proved the name itself; null for a name that an operator registered.</summary>
    public Guid? ChallengeId { get; init; }

    public DateTimeOffset? ProvenAt { get; init; }

    /// <summary>The proof's end; null for a name that an operator registered, which has none.</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>When Outreach looks again whether the proof still stands.</summary>
    public DateTimeOffset? RecheckAt { get; init; }

    /// <summary>What the last look found instead of the proof; null while all is well.</summary>
    public string? RecheckSeen { get; init; }

    /// <summary>When the end was written down; a proof that has aged out covers nothing from <see cref="ValidUntil"/> on, written down or not.</summary>
    public DateTimeOffset? LapsedAt { get; init; }

    /// <summary>Whether it was proven and the proof has aged out.</summary>
    public bool HasLapsed(DateTimeOffset now) => ValidUntil <= now;

    /// <summary>As the policy sees it.</summary>
    public RegisteredName ToFact(DateTimeOffset now) =>
        new(Fqdn.Parse(Suffix), IncludeSubdomains) { ProofEndedAt = HasLapsed(now) ? ValidUntil : null };
}
