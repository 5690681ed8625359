namespace SigningAuthority.Storage.Access;

/// <summary>What a bearer token lets its holder do.</summary>
public enum TokenRole
{
    Provider,
    Auditor,
    Operator,
    Officer,
}

/// <summary>A bearer token, of which only the hash is kept.</summary>
public sealed record AccessToken
{
    public required Guid Id { get; init; }

    public required byte[] TokenSha256 { get; init; }

    public required TokenRole Role { get; init; }

    /// <summary>Its tenant, exactly when the role is Provider.</summary>
    public Guid? ProviderId { get; init; }

    /// <summary>The officer's registration, exactly when the role is Officer.</summary>
    public Guid? OfficerId { get; init; }

    /// <summary>The person who has it, where the operator said: an officer's name.</summary>
    public string? Holder { get; init; }

    public required string Label { get; init; }

    /// <summary>Set by the database.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }
}

/// <summary>A token that was presented and is good, with its tenant's or officer's name where it has one.</summary>
public sealed record PresentedToken(AccessToken Token, string? ProviderName, string? OfficerName);
