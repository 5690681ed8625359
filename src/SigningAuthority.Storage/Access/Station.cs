using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Storage.Access;

/// <summary>A factory station, known by its client certificate.</summary>
public sealed record Station
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    /// <summary>The request that its certificate came from.</summary>
    public required SigningRequestId RequestId { get; init; }

    public required byte[] CertificateSha256 { get; init; }

    /// <summary>DER.</summary>
    public required byte[] Certificate { get; init; }

    /// <summary>Set by the database.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }
}
