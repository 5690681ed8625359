using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Storage.Requests;

/// <summary>A row of sa.signing_request as it stood when it was read.</summary>
public sealed record SigningRequestRecord
{
    public required SigningRequestId Id { get; init; }

    public required RequestKind Kind { get; init; }

    public required Lane Lane { get; init; }

    public required RequestState State { get; init; }

    public Guid? ProviderId { get; init; }

    public Guid? StationId { get; init; }

    /// <summary>DER.</summary>
    public required byte[] Csr { get; init; }

    public required byte[] CsrSha256 { get; init; }

    public required byte[] PublicKeySha256 { get; init; }

    public string? Fqdn { get; init; }

    /// <summary>12 upper-case hexadecimal digits.</summary>
    public string? Mac { get; init; }

    public string? Serial { get; init; }

    public string? Product { get; init; }

    public required string[] Devices { get; init; }

    /// <summary>Ids of the authorities that are to sign.</summary>
    public required string[] Authorities { get; init; }

    public string? Profile { get; init; }

    public string? IdempotencyKey { get; init; }

    public string? Note { get; init; }

    public required string SubmittedBy { get; init; }

    /// <summary>The bearer token that it came with; null where another credential was shown.</summary>
    public Guid? SubmittedToken { get; init; }

    /// <summary>Addresses that the provider says its server has.</summary>
    public required string[] Addresses { get; init; }

    /// <summary>The request whose certificates these follow; set exactly when <see cref="Succession"/> is.</summary>
    public Guid? Succeeds { get; init; }

    public SuccessionKind? Succession { get; init; }

    /// <summary>How many officers the front door said must approve; the key room counts for itself.</summary>
    public required int ApprovalsNeeded { get; init; }

    /// <summary>Set when officers must approve.</summary>
    public DateTimeOffset? ApprovalExpiresAt { get; init; }

    /// <summary>The production order that a unit is drawn from; null for what is no unit.</summary>
    public Guid? OrderId { get; init; }

    /// <summary>1 for a unit's first certificate; each reissue counts on.</summary>
    public int Issue { get; init; } = 1;

    public required DateTimeOffset SubmittedAt { get; init; }

    /// <summary>Claims so far that counted.</summary>
    public required int Attempts { get; init; }

    /// <summary>Claimable from this moment on; while Signing, the end of the lease.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>The Signer's instance that holds the lease; set exactly while Signing.</summary>
    public Guid? LeasedBy { get; init; }

    /// <summary>Why it was refused at the key; empty in any other state.</summary>
    public required IReadOnlyList<Violation> Violations { get; init; }

    /// <summary>What went wrong last; not for callers.</summary>
    public string? Failure { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }
}
