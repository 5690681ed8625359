using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Revocations;

namespace SigningAuthority.Signer.Lanes;

/// <summary>
/// Looks at recalls: takes the digest over the very set anew, verifies each officer's signature over it, and, when two different ones approve, lets
/// the set take effect. What the operator wrote beside the set counts for nothing.
/// </summary>
internal sealed class CarryOutRecalls(
    RecallsAtTheKey recalls,
    Recalls members,
    RevocationPolicy policy,
    RuleOnRevocation ruling,
    AuthorityConfiguration configuration,
    SignerIdentity identity,
    TimeProvider time
)
{
    private const int PieceLimit = 1_000;

    private static readonly Rule OtherSet = new("recall-other-set", "what officers sign is what takes effect: the digest over the set");
    private static readonly Rule OtherLane = new("recall-other-lane", "a recall is of authorities of one lane");
    private static readonly Rule Unknown = new("recall-unknown-certificates", "only what was issued is revoked");
    private static readonly Rule Refused = new("recall-refused-by-officer", "an officer's decision");
    private static readonly Rule Late = new("recall-expired", "policies/policy.json revocation.recallExpiresAfterDays");

    /// <summary>One piece of each that is approved; single requests are decided between two.</summary>
    /// <param name="lanes">Of this Signer.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    /// <returns>Whether there is more to be done at once.</returns>
    public async Task<bool> RunAsync(IReadOnlyCollection<Lane> lanes, CancellationToken cancellation)
    {
        var isLeft = false;
        foreach (var recall in await recalls.FindOpenAsync(lanes, cancellation))
        {
            if (recall.State == RecallState.Approved)
                isLeft |= await ApplyAsync(recall, cancellation);
            else if (recall.Decisions.Count > 0)
                isLeft |= await DecideAsync(recall, cancellation);
            else if (IsLate(recall))
                await SettleAsync(recall, RecallState.Expired, [TooLate(recall)], null, cancellation);
        }

        return isLeft;
    }

    /// <returns>Whether it was approved.</returns>
    private async Task<bool> DecideAsync(Recall recall, CancellationToken cancellation)
    {
        // Cheap first: as the operator says the set is, would the decisions do?
        var claimed = policy.StandingOf(recall.ToEvidence());
        if (claimed.Refusal is { } refusal)
            await SettleAsync(recall, RecallState.Refused, [ByOfficer(refusal)], null, cancellation);
        else if (claimed.IsApproved)
            return await ApproveAsync(recall, cancellation);
        else if (IsLate(recall))
            await SettleAsync(recall, RecallState.Expired, [TooLate(recall)], null, cancellation);
        return false;
    }

    private async Task<bool> ApproveAsync(Recall recall, CancellationToken cancellation)
    {
        using var digest = new RecallDigest();
        var strange = 0;
        await foreach (var member in members.ReadMembersAsync(recall.Id, cancellation))
        {
            digest.Add(member.Authority, member.SerialNumber);
            if (configuration.FindAuthority(member.Authority)?.Lane != recall.Lane)
                strange++;
        }

        var count = digest.Count;
        var actual = recall.Subject with { Members = count, MembersSha256 = Convert.ToHexStringLower(digest.Finish()) };
        var evidence = recall.ToEvidence() with { Subject = actual };
        var unknown = await recalls.CountUnknownAsync(recall.Id, cancellation);
        if (strange > 0)
            await SettleAsync(recall, RecallState.Refused, [Mixed(recall, strange)], null, cancellation);
        else if (unknown > 0)
            await SettleAsync(recall, RecallState.Refused, [NotIssued(unknown)], null, cancellation);
        else if (!policy.StandingOf(evidence).IsApproved)
            await SettleAsync(recall, RecallState.Refused, [Differs(recall, actual)], null, cancellation);
        else
            return await SettleAsync(recall, RecallState.Approved, [], null, cancellation);
        return false;
    }

    /// <returns>Whether there may be another piece.</returns>
    private async Task<bool> ApplyAsync(Recall recall, CancellationToken cancellation)
    {
        if (await recalls.ApplyAsync(recall, PieceLimit, (certificate, since) => ruling.OfRecall(recall, certificate, since), cancellation))
            return true;

        await SettleAsync(recall, RecallState.Effective, [], await recalls.CountChangedAsync(recall.Id, cancellation), cancellation);
        return false;
    }

    private Task<bool> SettleAsync(
        Recall recall,
        RecallState state,
        IReadOnlyList<Violation> violations,
        int? changed,
        CancellationToken cancellation
    ) =>
        recalls.SettleAsync(
            recall,
            state,
            violations,
            new RecallSettled
            {
                At = time.GetUtcNow(),
                Actor = identity.Actor,
                Subject = recall.Id.ToString("D"),
                RecallId = recall.Id,
                State = state.ToString(),
                Members = recall.Subject.Members,
                Changed = changed,
                Violations = [.. violations.Select(v => new LoggedViolation(v.Code, v.Field, v.Expected, v.Actual, v.Source))],
            },
            cancellation
        );

    private bool IsLate(Recall recall) => time.GetUtcNow() >= recall.RequestedAt.AddDays(policy.Settings.RecallExpiresAfterDays);

    private static Violation Differs(Recall recall, RecallSubject actual) =>
        OtherSet.BrokenBy(
            "members",
            $"{recall.Subject.Members} with SHA-256 {recall.Subject.MembersSha256}",
            $"{actual.Members} with SHA-256 {actual.MembersSha256}",
            "The officers signed another set than the one that is recorded.",
            "find out who changed it; then ask for the recall again"
        );

    private static Violation Mixed(Recall recall, int strange) =>
        OtherLane.BrokenBy(
            "members",
            $"certificates of authorities of lane {recall.Lane}",
            $"{strange} of others",
            "The recall names certificates that this key room does not decide on.",
            "ask for one recall a lane"
        );

    private static Violation NotIssued(long unknown) =>
        Unknown.BrokenBy(
            "members",
            "issued certificates",
            $"{unknown} that were never issued",
            "The recall names certificates that there are not.",
            "ask for the recall again"
        );

    private static Violation ByOfficer(RecallDecision refusal) =>
        Refused.BrokenBy("recall", "two officers' approval", "a refusal", refusal.Words, "mend what the reason says, then ask again");

    private static Violation TooLate(Recall recall) =>
        Late.BrokenBy(
            "recall",
            "two officers' approval in time",
            $"{recall.Decisions.Count} decisions",
            "The recall waited too long for its officers.",
            "ask again"
        );
}
