namespace SigningAuthority.Issuance.Approvals;

/// <summary>One officer's decision as it was recorded, with the officer's registration as it stands now.</summary>
/// <param name="Key">The registered one.</param>
/// <param name="IsRevoked">The registration was taken back, whenever that was.</param>
/// <param name="At">As signed.</param>
/// <param name="RecordedAt">By the database's clock.</param>
/// <param name="Signature">Over the encoded <see cref="ApprovalStatement"/>, DER.</param>
public sealed record OfficerDecision(
    Guid OfficerId,
    OfficerName Officer,
    OfficerKey Key,
    bool IsRevoked,
    OfficerVerdict Verdict,
    string Reason,
    DateTimeOffset At,
    DateTimeOffset RecordedAt,
    ReadOnlyMemory<byte> Signature
)
{
    public ApprovalStatement On(ApprovalSubject subject) => new(subject, Verdict, Reason, Officer, OfficerId, At);

    public bool IsSignedFor(ApprovalSubject subject) => Key.Verifies(On(subject).Encode(), Signature.Span);
}
