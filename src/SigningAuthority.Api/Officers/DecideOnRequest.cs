using System.Security.Cryptography;
using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Approvals;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Officers;

/// <summary>POST /api/v1/officer/requests/{id}/decisions: an officer's signed word, which the key room will verify once more.</summary>
internal sealed class DecideOnRequest(
    ApprovalPolicy policy,
    AuthorityConfiguration configuration,
    Storage.Access.Officers officers,
    ApprovalModes modes,
    RecordDecision decisions,
    ShowReview reviews,
    SigningRequestQueries queries,
    AppendLogEntries log,
    TimeProvider time
)
{
    private static readonly Rule StatementDiffers = new("approval-statement", "what is signed is written from the request, line by line");

    public async Task<IResult> HandleAsync(HttpContext context, string id)
    {
        var caller = Caller.Of(context);
        var cancellation = context.RequestAborted;
        if (
            !SigningRequestId.TryParse(id, out var requestId)
            || await queries.FindAsync(requestId, cancellation) is not { Request.Kind: RequestKind.ProvisioningServer } found
        )
            return ProblemKinds.NotFound.Because("There is no request of this id.");
        var (upload, violations) = await DecisionUpload.ReadAsync(context.Request);
        if (upload is null)
            return EnvelopeDefects.KindOf(violations).Because(violations);
        if (await officers.FindAsync(caller.Id, cancellation) is not { } officer || !OfficerKey.TryRead(officer.PublicKey, out var key))
            return ProblemKinds.Unauthenticated.Because(AccessDefects.Describe(AccessDefects.TokenNotValid));

        var set = await modes.OfProviderAsync(found.Request.ProviderId!.Value, cancellation);
        var (outcome, ruling) = await decisions.RunAsync(
            requestId,
            officer.Id,
            waiting => Rule(caller, waiting, upload, Decision(officer, key, upload, waiting.Now), set),
            cancellation
        );
        return outcome switch
        {
            DecisionOutcome.Recorded => await reviews.AnswerAsync(requestId, caller, cancellation),
            DecisionOutcome.Defective => await RefuseAsync(caller, officer, found.Request, ruling!.Defects),
            DecisionOutcome.Repeated => ProblemKinds.DecidedByYou.Because("One officer decides once; the request's page shows how."),
            _ => ProblemKinds.AlreadyDecided.Because(await DescribeAsync(requestId, cancellation)),
        };
    }

    private static OfficerDecision Decision(Storage.Access.Officer officer, OfficerKey key, DecisionUpload upload, DateTimeOffset now) =>
        new(
            officer.Id,
            OfficerName.Parse(officer.Name),
            key,
            officer.RevokedAt is not null,
            upload.Chosen.Verdict,
            upload.Chosen.Reason,
            upload.Chosen.At,
            now,
            upload.Signature
        );

    /// <summary>Under the request's lock: whether the decision counts, and what it comes to together with those before it.</summary>
    private DecisionRuling Rule(
        Caller caller,
        WaitingRequest waiting,
        DecisionUpload upload,
        OfficerDecision decision,
        IReadOnlyDictionary<string, ApprovalMode> set
    )
    {
        var subject = ReviewRequests.SubjectOf(waiting.Request, waiting.Evidence);
        var evidence = waiting.Evidence with { Decisions = [.. waiting.Evidence.Decisions, decision] };
        var standing = policy.StandingOf(subject, evidence, policy.OfficersFor(waiting.Request.Authorities, set));
        var state =
            standing.Refusal is not null ? RequestState.Refused
            : standing.IsApproved ? RequestState.Queued
            : RequestState.AwaitingApproval;
        IReadOnlyList<Violation> violations = standing.Refusal is { } refusal ? [ApprovalPolicy.Refusal(refusal.Reason)] : [];
        return new DecisionRuling(
            decision,
            [.. FindDifferences(upload, decision.On(subject)), .. policy.Judge(subject, evidence, decision)],
            state,
            violations,
            decision.Verdict == OfficerVerdict.Approve
                ? Approved(caller, waiting.Request, subject, decision, standing)
                : Refused(caller, waiting.Request, subject, decision, violations)
        );
    }

    private static IEnumerable<Violation> FindDifferences(DecisionUpload upload, ApprovalStatement expected)
    {
        if (upload.Statement is null || upload.Statement == expected.ToString())
            yield break;
        var (sent, wanted) = (upload.Statement.Split('\n'), expected.ToString().Split('\n'));
        var line = Enumerable
            .Range(0, Math.Max(sent.Length, wanted.Length))
            .First(i => sent.ElementAtOrDefault(i) != wanted.ElementAtOrDefault(i));
        yield return StatementDiffers.BrokenBy(
            "statement",
            wanted.ElementAtOrDefault(line) ?? "nothing more",
            sent.ElementAtOrDefault(line) ?? "nothing",
            $"Line {line + 1} of the statement is not what the request says.",
            "take the statement from the request's page anew; change nothing in it but reason and at"
        );
    }

    private RequestApproved Approved(
        Caller caller,
        SigningRequestRecord request,
        ApprovalSubject subject,
        OfficerDecision decision,
        ApprovalStanding standing
    ) =>
        new()
        {
            At = time.GetUtcNow(),
            Actor = caller.Actor,
            Subject = request.Fqdn,
            RequestId = request.Id.Value,
            Decision = Signed(subject, decision),
            Given = standing.Given,
            Needed = standing.Needed,
            CsrSha256 = subject.CsrSha256,
            PolicyVersion = configuration.PolicyVersion,
            PolicyHash = configuration.Hash,
        };

    private RequestRefused Refused(
        Caller caller,
        SigningRequestRecord request,
        ApprovalSubject subject,
        OfficerDecision decision,
        IReadOnlyList<Violation> violations
    ) =>
        new()
        {
            At = time.GetUtcNow(),
            Actor = caller.Actor,
            Subject = request.Fqdn,
            RequestId = request.Id.Value,
            Where = RequestRefused.ByAnOfficer,
            Violations = Logged(violations),
            Decision = Signed(subject, decision),
            CsrSha256 = subject.CsrSha256,
            PolicyVersion = configuration.PolicyVersion,
            PolicyHash = configuration.Hash,
        };

    private static SignedDecision Signed(ApprovalSubject subject, OfficerDecision decision) =>
        new(
            decision.OfficerId,
            decision.Reason,
            Convert.ToHexStringLower(SHA256.HashData(decision.On(subject).Encode())),
            decision.Signature
        );

    private static IReadOnlyList<LoggedViolation> Logged(IReadOnlyList<Violation> violations) =>
        [.. violations.Select(v => new LoggedViolation(v.Code, v.Field, v.Expected, v.Actual, v.Source))];

    private async Task<IResult> RefuseAsync(
        Caller caller,
        Storage.Access.Officer officer,
        SigningRequestRecord request,
        IReadOnlyList<Violation> defects
    )
    {
        await log.AppendAsync(
            [
                new DecisionRefused
                {
                    At = time.GetUtcNow(),
                    Actor = caller.Actor,
                    Subject = request.Fqdn,
                    RequestId = request.Id.Value,
                    OfficerId = officer.Id,
                    Violations = Logged(defects),
                    PolicyVersion = configuration.PolicyVersion,
                    PolicyHash = configuration.Hash,
                },
            ],
            CancellationToken.None
        );
        return ProblemKinds.Refused.Because(defects);
    }

    private async Task<string> DescribeAsync(SigningRequestId id, CancellationToken cancellation)
    {
        var state = (await queries.FindAsync(id, cancellation))?.Request.State;
        return $"The request does not wait for officers: it is {state}.";
    }
}
