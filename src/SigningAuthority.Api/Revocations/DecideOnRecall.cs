using System.Security.Cryptography;
using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Revocations;

namespace SigningAuthority.Api.Revocations;

/// <param name="Decision">approve or refuse.</param>
/// <param name="Reason">Why, as signed: 3 to 500 printable characters.</param>
/// <param name="At">UTC, as the statement writes it: 2026-11-20T12:00:00Z.</param>
/// <param name="Signature">Base64 of the DER, over the statement "signing-authority recall-decision v1".</param>
internal sealed record RecallDecisionBody(string Decision, string Reason, string At, string Signature);

/// <summary>POST /api/v1/officer/recalls/{id}/decisions: an officer's signed word about a recall, which the key room will verify once more.</summary>
internal sealed class DecideOnRecall(
    Recalls recalls,
    ShowRecalls show,
    RevocationPolicy policy,
    Storage.Access.Officers officers,
    RefuseAtDoor refuse,
    TimeProvider time
)
{
    private const string Example =
        "{\"decision\": \"approve\", \"reason\": \"as agreed on the phone\", \"at\": \"2026-11-20T12:00:00Z\", \"signature\": \"MEUC…\"}";

    private static readonly Rule Malformed = new("decision-malformed", "/openapi/v1.json");

    public async Task<IResult> HandleAsync(HttpContext context, string id)
    {
        var caller = Caller.Of(context);
        var cancellation = context.RequestAborted;
        if (await show.FindAsync(id, cancellation) is not { } recall)
            return ProblemKinds.NotFound.Because("There is no recall of this id.");
        var body = await ReadBody.ReadAsync(context.Request);
        if (body.Defect is { } defect)
            return await RefuseAsync(caller, recall, [defect]);

        using var json = JsonEnvelope.Read(body.Octets, Example);
        json.RequireKnown(["decision", "reason", "at", "signature"]);
        List<Violation> found = [];
        var verdict = ReadVerdict(json, found);
        var signed = SignedWords.Read(json, found);
        var words = json.Text("reason") ?? "";
        IReadOnlyList<Violation> violations = [.. json.Violations, .. found, .. EnvelopeDefects.FindKeys(("reason", words))];
        if (violations.Count > 0 || verdict is null || signed is null)
            return await RefuseAsync(caller, recall, violations);
        if (await officers.FindAsync(caller.Id, cancellation) is not { } officer || !OfficerKey.TryRead(officer.PublicKey, out var key))
            return ProblemKinds.Unauthenticated.Because(AccessDefects.Describe(AccessDefects.TokenNotValid));
        if (recall.State != RecallState.AwaitingApproval)
            return ProblemKinds.AlreadyDecided.Because($"The recall does not wait for officers: it is {recall.State}.");

        var decision = new RecallDecision(
            officer.Id,
            OfficerName.Parse(officer.Name),
            key,
            false,
            verdict.Value,
            words,
            signed.At,
            time.GetUtcNow(),
            signed.Signature
        );
        var defects = policy.Judge(recall.ToEvidence(), decision);
        if (defects.Count > 0)
            return await RefuseAsync(caller, recall, defects);
        if (!await recalls.DecideAsync(recall.Id, decision, ToEntry(caller, recall, decision), cancellation))
            return ProblemKinds.DecidedByYou.Because("One officer decides once on a recall.");
        return Results.Json(show.ViewOf((await recalls.FindAsync(recall.Id, cancellation))!, caller));
    }

    private static OfficerVerdict? ReadVerdict(JsonEnvelope json, List<Violation> violations)
    {
        var text = json.Text("decision");
        if (text is "approve" or "refuse")
            return text == "approve" ? OfficerVerdict.Approve : OfficerVerdict.Refuse;
        if (json.IsRead)
            violations.Add(Malformed.BrokenBy("decision", "approve or refuse", text ?? "nothing", "The decision can't be read.", Example));
        return null;
    }

    private RecallDecided ToEntry(Caller caller, Recall recall, RecallDecision decision) =>
        new()
        {
            At = time.GetUtcNow(),
            Actor = caller.Actor,
            Subject = recall.Id.ToString("D"),
            RecallId = recall.Id,
            Verdict = decision.Verdict == OfficerVerdict.Approve ? "approve" : "refuse",
            Decision = new SignedDecision(
                decision.OfficerId,
                decision.Words,
                Convert.ToHexStringLower(SHA256.HashData(decision.On(recall.Subject).Encode())),
                decision.Signature
            ),
        };

    private async Task<IResult> RefuseAsync(Caller caller, Recall recall, IReadOnlyList<Violation> violations) =>
        await refuse.AsAsync(EnvelopeDefects.KindOf(violations), new Refusal(caller.Actor, violations, Subject: recall.Id.ToString("D")));
}
