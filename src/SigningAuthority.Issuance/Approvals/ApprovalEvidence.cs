using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Approvals;

/// <summary>What is known of the people around a request; gathered by the caller, since policy reaches no database.</summary>
/// <param name="SubmittedBy">The tenant's actor, from the tenant's own row: "provider/telco".</param>
/// <param name="IsSubmitterKnown">The request names the token it came with, and that token is the tenant's.</param>
/// <param name="SubmitterHolder">The person who holds that token, where the operator named one.</param>
/// <param name="SubmittedAt">By the database's clock.</param>
/// <param name="ExpiresAt">As the front door wrote it; policy may end the wait earlier, never later.</param>
/// <param name="NeededAtTheDoor">What the front door asked for when it accepted the request; fewer never suffice.</param>
public sealed record ApprovalEvidence(
    SigningRequestId Request,
    string SubmittedBy,
    bool IsSubmitterKnown,
    string? SubmitterHolder,
    DateTimeOffset SubmittedAt,
    DateTimeOffset? ExpiresAt,
    int NeededAtTheDoor,
    IReadOnlyList<OfficerDecision> Decisions
);

/// <summary>Where a request stands with the officers.</summary>
/// <param name="Needed">Different officers that must approve.</param>
/// <param name="Given">Different officers whose approval counts.</param>
/// <param name="Refusal">The first refusal that counts.</param>
public sealed record ApprovalStanding(int Needed, int Given, OfficerDecision? Refusal)
{
    public bool IsApproved => Refusal is null && Given >= Needed;
}
