using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.Storage.Revocations;

namespace SigningAuthority.Api.Revocations;

/// <summary>What an officer said of a recall.</summary>
/// <param name="Decision">approve or refuse.</param>
/// <param name="Counts">Its signature verifies, in time, by an officer whose registration works.</param>
internal sealed record RecallDecisionView(string Officer, string Decision, string Reason, DateTimeOffset At, bool Counts);

/// <summary>Many certificates that are to be revoked, held or released at once.</summary>
/// <param name="Action">revoke, hold or release.</param>
/// <param name="Reason">As RFC 5280 §5.3.1 spells it.</param>
/// <param name="Members">How many certificates.</param>
/// <param name="MembersSha256">Over the set at …/members, as the operator says; take it yourself.</param>
/// <param name="Selection">How the operator chose them.</param>
/// <param name="Status">AwaitingApproval, Approved (it is being carried out), Effective, Refused or Expired.</param>
/// <param name="Officer">You: the name that your statement gives.</param>
/// <param name="OfficerId">Your registration.</param>
internal sealed record RecallView(
    Guid Id,
    string Action,
    string Reason,
    int Members,
    string MembersSha256,
    string Selection,
    string? Note,
    string RequestedBy,
    DateTimeOffset RequestedAt,
    string Status,
    int ApprovalsNeeded,
    int ApprovalsGiven,
    IReadOnlyList<RecallDecisionView> Decisions,
    string Officer,
    Guid OfficerId
);

/// <summary>GET /api/v1/officer/recalls …</summary>
internal sealed class ShowRecalls(Recalls recalls, RevocationPolicy policy)
{
    private const int Most = 100;

    public async Task<IResult> ListAsync(HttpContext context) =>
        Results.Json((await recalls.ListAsync(Most, context.RequestAborted)).Select(recall => ViewOf(recall, Caller.Of(context))));

    public async Task<IResult> HandleAsync(HttpContext context, string id) =>
        await FindAsync(id, context.RequestAborted) is { } recall
            ? Results.Json(ViewOf(recall, Caller.Of(context)))
            : ProblemKinds.NotFound.Because("There is no recall of this id.");

    public async Task<IResult> MembersAsync(HttpContext context, string id)
    {
        if (await FindAsync(id, context.RequestAborted) is not { } recall)
            return ProblemKinds.NotFound.Because("There is no recall of this id.");
        var members = recalls.ReadMembersAsync(recall.Id, context.RequestAborted);
        return Results.Stream(
            async body =>
            {
                await using var writer = new StreamWriter(body, leaveOpen: true) { NewLine = "\n" };
                await foreach (var member in members)
                    await writer.WriteLineAsync(RecallDigest.Line(member.Authority, member.SerialNumber));
            },
            "text/plain"
        );
    }

    public async Task<Recall?> FindAsync(string id, CancellationToken cancellation) =>
        Guid.TryParseExact(id, "D", out var recall) ? await recalls.FindAsync(recall, cancellation) : null;

    public RecallView ViewOf(Recall recall, Caller officer)
    {
        var evidence = recall.ToEvidence();
        var standing = policy.StandingOf(evidence);
        return new RecallView(
            recall.Id,
            recall.Subject.Action.Name(),
            recall.Subject.Reason.Name(),
            recall.Subject.Members,
            recall.Subject.MembersSha256,
            recall.Selection,
            recall.Note,
            recall.Subject.RequestedBy,
            recall.RequestedAt,
            recall.State.ToString(),
            standing.Needed,
            standing.Given,
            [
                .. recall.Decisions.Select(decision => new RecallDecisionView(
                    decision.Officer.Value,
                    decision.Verdict == OfficerVerdict.Approve ? "approve" : "refuse",
                    decision.Words,
                    decision.At,
                    !decision.IsRevoked && policy.Judge(evidence, decision).Count == 0
                )),
            ],
            ShowCertificate.NameOf(officer),
            officer.Id
        );
    }
}
