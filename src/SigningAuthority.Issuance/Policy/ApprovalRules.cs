using SigningAuthority.Issuance.Approvals;

namespace SigningAuthority.Issuance.Policy;

/// <summary>One decision of an officer, beside the request that it is about.</summary>
internal sealed record JudgedDecision(ApprovalSubject Subject, ApprovalEvidence Evidence, OfficerDecision Decision, DateTimeOffset EndsAt);

/// <summary>Whether one decision counts. A decision that breaks a rule here is no decision.</summary>
internal sealed class OfficerDecisionRules : RuleSet<JudgedDecision>
{
    // Clocks of officers' machines.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    private static readonly Rule Reason = new("approval-reason", "a decision has a reason: 3 to 500 printable characters");
    private static readonly Rule Signature = new(
        "approval-signature",
        "a decision is what an officer's own key signed, not what the front door says of it"
    );
    private static readonly Rule OwnRequest = new("approval-own-request", "nobody decides on a request that they submitted");
    internal static readonly Rule Expired = new("approval-expired", "policies/policy.json provisioningServer.approval.expiresAfterDays");
    private static readonly Rule Time = new("approval-time", "a decision is made after its request, and is not dated ahead");

    public OfficerDecisionRules()
    {
        Check(facts =>
            !IsReason(facts.Decision.Reason)
                ? Reason.BrokenBy(
                    "reason",
                    "3 to 500 printable characters on one line",
                    facts.Decision.Reason.Length is 0 or > 500 ? $"{facts.Decision.Reason.Length} characters" : facts.Decision.Reason,
                    "The decision has no usable reason.",
                    "say in a sentence why: --reason \"name and keys checked with the customer\""
                )
                : null
        );
        Check(facts =>
            !facts.Decision.IsSignedFor(facts.Subject)
                ? Signature.BrokenBy(
                    "signature",
                    $"ECDSA with SHA-256 over the statement, by the key registered for {facts.Decision.Officer}",
                    "one that does not verify",
                    "The decision is not signed by this officer for this request.",
                    "sign the statement exactly as the request's page gives it: openssl dgst -sha256 -sign officer.key statement.txt"
                )
                : null
        );
        Check(facts =>
            facts.Evidence.SubmitterHolder == facts.Decision.Officer.Value
                ? OwnRequest.BrokenBy(
                    "officer",
                    "an officer who did not submit the request",
                    facts.Decision.Officer.Value,
                    "The officer holds the token that submitted this request.",
                    "let another officer decide"
                )
                : null
        );
        Check(facts =>
            facts.Decision.RecordedAt >= facts.EndsAt
                ? Expired.BrokenBy(
                    "at",
                    $"a decision before {ApprovalStatement.WriteTime(facts.EndsAt)}",
                    ApprovalStatement.WriteTime(facts.Decision.RecordedAt),
                    "The request waited too long for a decision.",
                    "let the provider submit the request again"
                )
                : null
        );
        Check(facts =>
            facts.Decision.At < facts.Evidence.SubmittedAt - Skew || facts.Decision.At > facts.Decision.RecordedAt + Skew
                ? Time.BrokenBy(
                    "at",
                    "a time after the request's submission, in UTC, and not in the future",
                    ApprovalStatement.WriteTime(facts.Decision.At),
                    "The decision's time can't be right.",
                    "set the clock (UTC), sign again"
                )
                : null
        );
    }

    private static bool IsReason(string text) =>
        text.Trim().Length >= 3
        && text.Length <= 500
        && text.EnumerateRunes().All(rune => System.Text.Rune.IsLetterOrDigit(rune) || IsShown(rune));

    // Line separators and direction marks could make one text read as another.
    private static bool IsShown(System.Text.Rune rune) =>
        System.Text.Rune.GetUnicodeCategory(rune)
            is not (
                System.Globalization.UnicodeCategory.Control
                or System.Globalization.UnicodeCategory.Format
                or System.Globalization.UnicodeCategory.LineSeparator
                or System.Globalization.UnicodeCategory.ParagraphSeparator
                or System.Globalization.UnicodeCategory.Surrogate
                or System.Globalization.UnicodeCategory.PrivateUse
                or System.Globalization.UnicodeCategory.OtherNotAssigned
            )
        && rune != System.Text.Rune.ReplacementChar;
}
