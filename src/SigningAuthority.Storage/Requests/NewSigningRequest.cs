using SigningAuthority.Issuance.Production;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Storage.Requests;

/// <summary>A request that passed the door, as it goes into the queue.</summary>
/// <param name="Csr">DER.</param>
/// <param name="CsrSha256">Over the DER.</param>
/// <param name="PublicKeySha256">Over the DER of the SubjectPublicKeyInfo.</param>
/// <param name="Mac">12 upper-case hexadecimal digits.</param>
/// <param name="Authorities">Ids of the authorities that are to sign, at least one.</param>
/// <param name="IdempotencyKey">The caller's own name for this request, unique within its provider.</param>
/// <param name="SubmittedBy">The actor, as the log names it.</param>
public sealed record NewSigningRequest(
    SigningRequestId Id,
    RequestKind Kind,
    Lane Lane,
    Guid? ProviderId,
    Guid? StationId,
    byte[] Csr,
    byte[] CsrSha256,
    byte[] PublicKeySha256,
    string? Fqdn,
    string? Mac,
    string? Serial,
    string? Product,
    IReadOnlyList<string> Devices,
    IReadOnlyList<string> Authorities,
    string? Profile,
    string? IdempotencyKey,
    string? Note,
    string SubmittedBy
)
{
    /// <summary>The bearer token that it came with; null where another credential was shown.</summary>
    public Guid? SubmittedToken { get; init; }

    /// <summary>Addresses that the provider says its server has, as they are spelled in RFC 5952 or dotted.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>The request whose certificates these follow, and how.</summary>
    public Succession? Succession { get; init; }

    /// <summary>How many officers must approve before it is queued; 0 queues it at once.</summary>
    public int ApprovalsNeeded { get; init; }

    /// <summary>Set exactly when officers must approve.</summary>
    public DateTimeOffset? ApprovalExpiresAt { get; init; }

    /// <summary>The production order that a unit is drawn from; null for what is no unit.</summary>
    public Guid? OrderId { get; init; }

    /// <summary>1 for a unit's first certificate; each reissue counts on, and names the request before it in <see cref="Succession"/>.</summary>
    public int Issue { get; init; } = 1;

    /// <summary>Set exactly when <see cref="Issue"/> is greater than 1.</summary>
    public ReissueReason? ReissueReason { get; init; }
}

/// <param name="Predecessor">The request whose certificates are followed.</param>
public sealed record Succession(SigningRequestId Predecessor, SuccessionKind Kind);
