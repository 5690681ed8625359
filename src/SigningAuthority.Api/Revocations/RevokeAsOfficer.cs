using Npgsql;
using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.Storage.Revocations;

namespace SigningAuthority.Api.Revocations;

/// <param name="Authority">The issuing authority's id.</param>
/// <param name="SerialNumber">Hexadecimal.</param>
/// <param name="Action">revoke, hold or release; revoke unless given.</param>
/// <param name="Reason">Needed to revoke; as RFC 5280 §5.3.1 spells it.</param>
/// <param name="Note">Your own words, as signed; at most 1,000 characters.</param>
/// <param name="At">UTC, as the statement writes it: 2026-11-20T12:00:00Z.</param>
/// <param name="Signature">Base64 of the DER, over the statement "signing-authority officer-revocation v1".</param>
internal sealed record OfficerRevocationBody(
    string Authority,
    string SerialNumber,
    string? Action,
    string? Reason,
    string? Note,
    string At,
    string Signature
);

/// <summary>POST /api/v1/officer/revocations: an officer's signed word about one certificate, which the key room will verify once more.</summary>
internal sealed class RevokeAsOfficer(
    RevocableCertificates certificates,
    Storage.Access.Officers officers,
    RevocationPolicy policy,
    AskForRevocation ask,
    RefuseAtDoor refuse,
    TimeProvider time
)
{
    private const string Example =
        "{\"authority\": \"client\", \"serialNumber\": \"4C01…\", \"reason\": \"keyCompromise\", \"at\": \"2026-11-20T12:00:00Z\", \"signature\": \"MEUC…\"}";

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var caller = Caller.Of(context);
        var cancellation = context.RequestAborted;
        var query = new QueryValues(context.Request.Query);
        var patience = AskForRevocation.PatienceOf(query);
        var body = await ReadBody.ReadAsync(context.Request);
        if (body.Defect is { } defect)
            return await RefuseAsync(caller, [defect], null);

        using var json = JsonEnvelope.Read(body.Octets, Example);
        json.RequireKnown(["authority", "serialNumber", "action", "reason", "note", "at", "signature"]);
        List<Violation> found = [.. query.Violations];
        var named = NamedCertificate.Read(json, found);
        var action = RevocationWords.ReadAction(json, found) ?? RevocationAction.Revoke;
        var reason = RevocationWords.ReadReason(json, RevocationAsker.Officer, action, found);
        var signed = SignedWords.Read(json, found);
        var note = json.Text("note");
        IReadOnlyList<Violation> violations = [.. json.Violations, .. found, .. EnvelopeDefects.Find(null, note)];
        if (violations.Count > 0 || named is null || reason is null || signed is null)
            return await RefuseAsync(caller, violations, null);
        if (await officers.FindAsync(caller.Id, cancellation) is not { } officer || !OfficerKey.TryRead(officer.PublicKey, out var key))
            return ProblemKinds.Unauthenticated.Because(AccessDefects.Describe(AccessDefects.TokenNotValid));
        if (await certificates.FindAsync(named.Value.Authority, named.Value.SerialNumber, cancellation) is not { } certificate)
            return ProblemKinds.NotFound.Because("There is no certificate of this issuer and serial number.");

        var asked = new NewRevocation(
            certificate,
            action,
            reason.Value,
            note,
            RevocationAsker.Officer,
            officer.Id,
            caller.Actor,
            signed.At,
            signed.Signature
        );
        // What is plain at the door is said at once; the count is the key room's alone.
        var defects = policy.FindViolations(
            asked.ToAsk(time.GetUtcNow()),
            certificate.Facts,
            new RevocationAskerFacts(caller.Actor, true, null, OfficerName.Parse(officer.Name), key)
        );
        if (defects.Count > 0)
            return await RefuseAsync(caller, defects, certificate.Subject);
        try
        {
            return await ask.AnswerAsync(asked, patience, cancellation);
        }
        catch (PostgresException used) when (used.ConstraintName == "revocation_request_statement")
        {
            return ProblemKinds.DecidedByYou.Because("This very statement was used before. Sign another, with its own time.");
        }
    }

    private async Task<IResult> RefuseAsync(Caller caller, IReadOnlyList<Violation> violations, string? subject) =>
        await refuse.AsAsync(EnvelopeDefects.KindOf(violations), new Refusal(caller.Actor, violations, Subject: subject));
}
