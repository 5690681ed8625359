using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.Api.Stations;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.Storage.Production;
using SigningAuthority.Storage.Revocations;

namespace SigningAuthority.Api.Revocations;

/// <param name="Mac">The unit, whose newest certificate is meant; or "authority" and "serialNumber".</param>
/// <param name="Authority">The issuing authority's id.</param>
/// <param name="SerialNumber">The certificate's, hexadecimal.</param>
/// <param name="Action">scrap (revoked with cessationOfOperation), revoke, hold or release.</param>
/// <param name="Reason">Needed to revoke: unspecified, keyCompromise, affiliationChanged, superseded or cessationOfOperation.</param>
/// <param name="Note">Your own words, at most 1,000 characters.</param>
internal sealed record UnitBody(string? Mac, string? Authority, string? SerialNumber, string Action, string? Reason, string? Note);

/// <summary>POST /api/v1/station/revocations: a station's own units, as their order says whose they are.</summary>
internal sealed class RevokeUnit(RevocableCertificates certificates, Units units, AskForRevocation ask, RefuseAtDoor refuse)
{
    public const string Path = "/api/v1/station/revocations";

    private const string Scrap = "scrap";
    private const string Example = "{\"mac\": \"000E08ABCDEF\", \"action\": \"scrap\"}";

    private static readonly Rule ActionUnknown = new("revocation-action", "/openapi/v1.json");

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var caller = Caller.Of(context);
        var query = new QueryValues(context.Request.Query);
        var patience = AskForRevocation.PatienceOf(query);
        var body = await ReadBody.ReadAsync(context.Request);
        if (body.Defect is { } defect)
            return await RefuseAsync(caller, [defect], null);

        using var json = JsonEnvelope.Read(body.Octets, Example);
        json.RequireKnown(["mac", "authority", "serialNumber", "action", "reason", "note"]);
        List<Violation> found = [.. query.Violations];
        var (action, reason) = ReadAction(json, found);
        var (mac, named) = ReadUnit(json, found);
        var note = json.Text("note");
        IReadOnlyList<Violation> violations = [.. json.Violations, .. found, .. EnvelopeDefects.Find(null, note)];
        if (violations.Count > 0 || action is null || reason is null)
            return await RefuseAsync(caller, violations, mac);

        var certificate = await FindAsync(mac, named, context.RequestAborted);
        if (certificate is null || !certificate.Facts.IsOfStation(KnownOrders.StationOf(caller)))
            return ProblemKinds.NotFound.Because("You have no such unit, or it has no certificate.");
        return await ask.AnswerAsync(
            new NewRevocation(certificate, action.Value, reason.Value, note, RevocationAsker.Station, caller.Id, caller.Actor),
            patience,
            context.RequestAborted
        );
    }

    private async Task<RevocableCertificate?> FindAsync(string? mac, NamedCertificate? named, CancellationToken cancellation)
    {
        if (named is { } certificate)
            return await certificates.FindAsync(certificate.Authority, certificate.SerialNumber, cancellation);
        var unit = (await units.FindNewestAsync([mac!], cancellation)).GetValueOrDefault(mac!);
        return unit is not null && await certificates.FindAsync(unit.Request.Id, cancellation) is [var issued, ..] ? issued : null;
    }

    private static (RevocationAction?, RevocationReason?) ReadAction(JsonEnvelope json, List<Violation> violations)
    {
        if (json.Text("action") is not { } text)
        {
            if (json.IsRead)
                violations.Add(
                    ActionUnknown.BrokenBy(
                        "action",
                        "scrap, revoke, hold or release",
                        "nothing",
                        "What is to be done is not said.",
                        Example
                    )
                );
            return (null, null);
        }

        if (text == Scrap)
            return (RevocationAction.Revoke, RevocationReason.CessationOfOperation);
        return RevocationWords.ReadAction(json, violations) is { } action
            ? (action, RevocationWords.ReadReason(json, RevocationAsker.Station, action, violations))
            : (null, null);
    }

    private static (string? Mac, NamedCertificate? Named) ReadUnit(JsonEnvelope json, List<Violation> violations)
    {
        if (json.Text("mac") is not { } text)
            return (null, NamedCertificate.Read(json, violations));
        if (MacAddress.TryParse(text, out var mac))
            return (mac.Upper, null);
        violations.Add(ActionUnknown.BrokenBy("mac", "12 hexadecimal digits", text, "This is no address of a unit.", Example));
        return (null, null);
    }

    private async Task<IResult> RefuseAsync(Caller caller, IReadOnlyList<Violation> violations, string? mac) =>
        await refuse.AsAsync(EnvelopeDefects.KindOf(violations), new Refusal(caller.Actor, violations, Subject: mac, Mac: mac));
}
