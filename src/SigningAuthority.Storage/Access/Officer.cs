namespace SigningAuthority.Storage.Access;

/// <summary>A person's registration to approve and refuse requests.</summary>
public sealed record Officer
{
    public required Guid Id { get; init; }

    /// <summary>The person: lower-case letters, digits and hyphens, at most 32.</summary>
    public required string Name { get; init; }

    /// <summary>SubjectPublicKeyInfo, DER; ECDSA on P-256.</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>Set by the database.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }
}
