using System.Globalization;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Issuance.Revocations;

/// <summary>One officer's decision on a recall, with the officer's registration as it stands now.</summary>
/// <param name="Words">The officer's.</param>
/// <param name="At">As signed.</param>
/// <param name="RecordedAt">By the database's clock.</param>
public sealed record RecallDecision(
    Guid OfficerId,
    OfficerName Officer,
    OfficerKey Key,
    bool IsRevoked,
    OfficerVerdict Verdict,
    string Words,
    DateTimeOffset At,
    DateTimeOffset RecordedAt,
    ReadOnlyMemory<byte> Signature
)
{
    public RecallStatement On(RecallSubject subject) => new(subject, Verdict, Words, Officer, OfficerId, At);
}

/// <summary>A recall and what officers said of it.</summary>
/// <param name="Subject">At the key its digest is taken anew over the set.</param>
/// <param name="RequestedAt">By the database's clock.</param>
public sealed record RecallEvidence(RecallSubject Subject, DateTimeOffset RequestedAt, IReadOnlyList<RecallDecision> Decisions);

/// <param name="Needed">Different officers that must approve.</param>
/// <param name="Given">Different officers whose approval counts.</param>
/// <param name="Refusal">The first refusal that counts.</param>
public sealed record RecallStanding(int Needed, int Given, RecallDecision? Refusal)
{
    /// <summary>The two-person rule.</summary>
    public const int Officers = 2;

    public bool IsApproved => Refusal is null && Given >= Needed;
}

/// <summary>Whether one decision on a recall counts.</summary>
internal sealed class RecallRules : RuleSet<(RecallEvidence Recall, RecallDecision Decision)>
{
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    private static readonly Rule Signature = new("recall-signature", "a decision is what an officer's own key signed over the very set");
    private static readonly Rule Own = new("recall-own", "nobody decides on a recall that they asked for");
    private static readonly Rule Expired = new("recall-expired", "policies/policy.json revocation.recallExpiresAfterDays");
    private static readonly Rule Time = new("recall-time", "a decision is made after the recall, and is not dated ahead");
    private static readonly Rule Words = new("recall-words", "a decision has a reason: 3 to 500 characters");

    public RecallRules(RevocationSettings settings)
    {
        Check(facts =>
            facts.Decision.Key.Verifies(facts.Decision.On(facts.Recall.Subject).Encode(), facts.Decision.Signature.Span)
                ? null
                : Signature.BrokenBy(
                    "signature",
                    $"ECDSA with SHA-256 over the statement about this set, by the key registered for {facts.Decision.Officer}",
                    "one that does not verify",
                    "The decision is not signed by this officer for this recall as it is.",
                    "signctl officer approve-recall ID --reason … --key officer.key"
                )
        );
        Check(facts =>
            facts.Recall.Subject.RequestedBy == "operator/" + facts.Decision.Officer.Value
                ? Own.BrokenBy(
                    "officer",
                    "an officer who did not ask for the recall",
                    facts.Decision.Officer.Value,
                    "The officer asked for this recall.",
                    "let another officer decide"
                )
                : null
        );
        Check(facts =>
            facts.Decision.RecordedAt >= facts.Recall.RequestedAt.AddDays(settings.RecallExpiresAfterDays)
                ? Expired.BrokenBy(
                    "at",
                    string.Create(CultureInfo.InvariantCulture, $"a decision within {settings.RecallExpiresAfterDays} days"),
                    ApprovalStatement.WriteTime(facts.Decision.RecordedAt),
                    "The recall waited too long for a decision.",
                    "let the operator ask again"
                )
                : null
        );
        Check(facts =>
            facts.Decision.At < facts.Recall.RequestedAt - Skew || facts.Decision.At > facts.Decision.RecordedAt + Skew
                ? Time.BrokenBy(
                    "at",
                    "a time after the recall was asked for, in UTC, and not in the future",
                    ApprovalStatement.WriteTime(facts.Decision.At),
                    "The decision's time can't be right.",
                    "set the clock (UTC), sign again"
                )
                : null
        );
        Check(facts =>
            facts.Decision.Words.Trim().Length < 3 || facts.Decision.Words.Length > 500 || facts.Decision.Words.Any(char.IsControl)
                ? Words.BrokenBy(
                    "reason",
                    "3 to 500 printable characters on one line",
                    $"{facts.Decision.Words.Length} characters",
                    "The decision has no usable reason.",
                    "say in a sentence why"
                )
                : null
        );
    }
}
