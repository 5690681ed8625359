using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.Api.Revocations;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.Storage.Certificates;
using SigningAuthority.Storage.Lineage;
using SigningAuthority.Storage.Requests;
using SigningAuthority.Storage.Revocations;

namespace SigningAuthority.Api.Providers;

/// <summary>What is asked for.</summary>
/// <param name="Reason">unspecified, keyCompromise, affiliationChanged, superseded or cessationOfOperation.</param>
/// <param name="Generations">Of which certificates; all of the request's when there are none.</param>
/// <param name="Note">Your own words, at most 1,000 characters.</param>
internal sealed record RevocationBody(string Reason, IReadOnlyList<string>? Generations, string? Note);

/// <summary>What became of it.</summary>
/// <param name="Status">effective, or pending: the key room has not decided yet.</param>
/// <param name="Message">What that means.</param>
internal sealed record RequestedRevocations(Guid Request, IReadOnlyList<ProviderCertificate> Certificates, string Status, string Message);

/// <summary>POST /api/v1/provider/requests/{id}/revocation: a provider's own certificates, request by request.</summary>
internal sealed class RequestRevocation(
    SigningRequestQueries queries,
    RevocableCertificates certificates,
    AskForRevocation ask,
    RequestLineages lineages,
    ShowLineage lineage,
    RefuseAtDoor refuse
)
{
    private const string Example = "{\"reason\": \"keyCompromise\", \"generations\": [\"sipura\"], \"note\": \"…\"}";
    private const string Effective =
        "The certificates are revoked: OCSP says so now, and the revocation lists within a minute. Phones ask neither, so take the certificate off "
        + "your servers too.";
    private const string Pending =
        "The request is recorded; the key room has not decided yet. The request's page tells when it is effective. Take the certificate off your servers now.";

    private static readonly Rule ReasonUnknown = new(
        "revocation-reason",
        "RFC 5280 §5.3.1: the reasons that a certificate's holder may give"
    );
    private static readonly Rule NothingIssued = new("revocation-nothing-issued", "only what was issued can be revoked");
    private static readonly Rule GenerationUnknown = new(
        "revocation-generation-unknown",
        "a certificate is revoked by its issuer and serial"
    );
    private static readonly Rule ReasonDiffers = new(
        "revocation-reason-differs",
        "the first reason stays; keyCompromise alone outweighs it"
    );

    public async Task<IResult> HandleAsync(HttpContext context, string id)
    {
        var caller = Caller.Of(context);
        if (
            !SigningRequestId.TryParse(id, out var requestId)
            || await queries.FindOfProviderAsync(caller.Id, requestId, context.RequestAborted) is not { } found
        )
        {
            return ProblemKinds.NotFound.Because("You have no request of this id.");
        }

        var query = new QueryValues(context.Request.Query);
        var patience = AskForRevocation.PatienceOf(query);
        var body = await ReadBody.ReadAsync(context.Request);
        if (body.Defect is { } defect)
            return await RefuseAsync(caller, found, [defect]);
        using var json = JsonEnvelope.Read(body.Octets, Example);
        json.RequireKnown(["reason", "generations", "note"]);
        var (reasonText, generations, note) = (json.Text("reason"), json.Texts("generations"), json.Text("note"));
        var isReason = RevocationReasonNames.TryParseOfHolder(reasonText, out var reason);
        IReadOnlyList<Violation> violations =
        [
            .. query.Violations,
            .. json.Violations,
            .. EnvelopeDefects.Find(null, note),
            .. json.IsRead && !isReason ? [UnknownReason(reasonText)] : Array.Empty<Violation>(),
            .. FindInGenerations(found, generations),
            .. isReason ? await FindInEarlierAsync(found, generations, reason, context.RequestAborted) : [],
        ];
        if (violations.Count > 0)
            return await RefuseAsync(caller, found, violations);

        var chosen = Chosen(found, generations).Select(certificate => certificate.Authority).ToHashSet();
        var outcome = await ask.RunAsync(
            [
                .. (await certificates.FindAsync(requestId, context.RequestAborted))
                    .Where(certificate => chosen.Contains(certificate.Facts.Authority))
                    .Select(certificate => new NewRevocation(
                        certificate,
                        RevocationAction.Revoke,
                        reason,
                        note,
                        RevocationAsker.Provider,
                        caller.Id,
                        caller.Actor
                    )),
            ],
            patience,
            context.RequestAborted
        );
        if (outcome.Refusals.Count > 0)
            return ProblemKinds.Refused.Because(outcome.Refusals);
        return await AnswerAsync(found, chosen, outcome, context.RequestAborted);
    }

    private async Task<IResult> AnswerAsync(
        RequestWithCertificates found,
        HashSet<string> chosen,
        AskedRevocation outcome,
        CancellationToken cancellation
    )
    {
        var view = await lineage.AddAsync(ProviderRequest.Of(found), cancellation);
        return Results.Json(
            new RequestedRevocations(
                view.Id,
                [.. view.Certificates.Where(issued => chosen.Contains(issued.Generation))],
                outcome.IsPending ? "pending" : "effective",
                outcome.IsPending ? Pending : Effective
            ),
            statusCode: outcome.StatusCode
        );
    }

    private Task<ProblemResult> RefuseAsync(Caller caller, RequestWithCertificates found, IReadOnlyList<Violation> violations) =>
        refuse.AsAsync(EnvelopeDefects.KindOf(violations), new Refusal(caller.Actor, violations, Subject: found.Request.Fqdn));

    private static List<IssuedCertificate> Chosen(RequestWithCertificates found, IReadOnlyList<string> generations) =>
        [.. found.Certificates.Where(certificate => generations.Count == 0 || generations.Contains(certificate.Authority))];

    private static Violation UnknownReason(string? text) =>
        ReasonUnknown.BrokenBy(
            "reason",
            "one of " + string.Join(", ", RevocationReasonNames.OfHolders),
            string.IsNullOrEmpty(text) ? "nothing" : text,
            "This is no reason that a certificate's holder may give.",
            Example
        );

    private static IEnumerable<Violation> FindInGenerations(RequestWithCertificates found, IReadOnlyList<string> generations)
    {
        if (found.Certificates.Count == 0)
            yield return NothingIssued.BrokenBy(
                "id",
                "an issued request",
                $"one that is {found.Request.State}",
                "This request has no certificates.",
                $"POST {ProviderRequest.Path}/{found.Request.Id}/withdrawal withdraws a request that is not signed yet"
            );
        else
            foreach (
                var (generation, index) in generations
                    .Select((generation, index) => (generation, index))
                    .Where(asked => found.Certificates.All(certificate => certificate.Authority != asked.generation))
            )
                yield return GenerationUnknown.BrokenBy(
                    $"generations[{index}]",
                    "one of " + string.Join(", ", found.Certificates.Select(certificate => certificate.Authority)),
                    generation,
                    "The request has no certificate of this generation.",
                    "leave \"generations\" out to name all of them"
                );
    }

    private async Task<IReadOnlyList<Violation>> FindInEarlierAsync(
        RequestWithCertificates found,
        IReadOnlyList<string> generations,
        RevocationReason reason,
        CancellationToken cancellation
    )
    {
        if (reason == RevocationReason.KeyCompromise)
            return [];
        var earlier = (await lineages.ReadAsync([found.Request.Id], cancellation)).Revocations[found.Request.Id];
        return
        [
            .. earlier
                .Where(mark => mark.Reason != reason.Name() && (generations.Count == 0 || generations.Contains(mark.Authority)))
                .Select(mark =>
                    ReasonDiffers.BrokenBy(
                        "reason",
                        $"{mark.Reason}, or keyCompromise",
                        reason.Name(),
                        $"The revocation of the certificate of {mark.Authority} was asked for with another reason.",
                        "nothing is left to be done; send keyCompromise if the key is lost"
                    )
                ),
        ];
    }
}
