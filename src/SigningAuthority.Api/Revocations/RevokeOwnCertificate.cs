using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.Storage.Revocations;

namespace SigningAuthority.Api.Revocations;

/// <param name="Authority">The issuing authority's id: the certificate's generation.</param>
/// <param name="SerialNumber">Hexadecimal.</param>
/// <param name="Reason">unspecified, keyCompromise, affiliationChanged, superseded or cessationOfOperation.</param>
/// <param name="Note">Your own words, at most 1,000 characters.</param>
internal sealed record OwnCertificateBody(string Authority, string SerialNumber, string Reason, string? Note);

/// <summary>POST /api/v1/provider/revocations: one certificate, by what it is. Another tenant's is not there.</summary>
internal sealed class RevokeOwnCertificate(RevocableCertificates certificates, AskForRevocation ask, RefuseAtDoor refuse)
{
    public const string Path = "/api/v1/provider/revocations";

    private const string Example = "{\"authority\": \"sipura\", \"serialNumber\": \"4C01…\", \"reason\": \"keyCompromise\"}";

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var caller = Caller.Of(context);
        var query = new QueryValues(context.Request.Query);
        var patience = AskForRevocation.PatienceOf(query);
        var body = await ReadBody.ReadAsync(context.Request);
        if (body.Defect is { } defect)
            return await RefuseAsync(caller, [defect]);

        using var json = JsonEnvelope.Read(body.Octets, Example);
        json.RequireKnown(["authority", "serialNumber", "reason", "note"]);
        List<Violation> found = [.. query.Violations];
        var named = NamedCertificate.Read(json, found);
        var reason = RevocationWords.ReadReason(json, RevocationAsker.Provider, RevocationAction.Revoke, found);
        var note = json.Text("note");
        IReadOnlyList<Violation> violations = [.. json.Violations, .. found, .. EnvelopeDefects.Find(null, note)];
        if (violations.Count > 0 || named is null || reason is null)
            return await RefuseAsync(caller, violations);

        // Whether somebody else has it is nobody's to know.
        if (
            await certificates.FindAsync(named.Value.Authority, named.Value.SerialNumber, context.RequestAborted) is not { } certificate
            || certificate.Facts.Kind != RequestKind.ProvisioningServer
            || certificate.Facts.ProviderId != caller.Id
        )
            return ProblemKinds.NotFound.Because("You have no certificate of this issuer and serial number.");
        return await ask.AnswerAsync(
            new NewRevocation(certificate, RevocationAction.Revoke, reason.Value, note, RevocationAsker.Provider, caller.Id, caller.Actor),
            patience,
            context.RequestAborted
        );
    }

    private async Task<IResult> RefuseAsync(Caller caller, IReadOnlyList<Violation> violations) =>
        await refuse.AsAsync(EnvelopeDefects.KindOf(violations), new Refusal(caller.Actor, violations));
}
