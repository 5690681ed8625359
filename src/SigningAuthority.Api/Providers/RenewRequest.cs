using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Providers;

/// <summary>POST /api/v1/provider/requests/{id}/renewal: the stored CSR once more, decided like any other. It keeps its key.</summary>
internal sealed class RenewRequest(SigningRequestQueries queries, SubmitRequest submit)
{
    public async Task<IResult> HandleAsync(HttpContext context, string id)
    {
        if (
            !SigningRequestId.TryParse(id, out var requestId)
            || await queries.FindOfProviderAsync(Caller.Of(context).Id, requestId, context.RequestAborted) is not { } found
        )
        {
            return ProblemKinds.NotFound.Because("You have no request of this id.");
        }

        var query = context.Request.Query;
        var known = new QueryValues(query);
        known.RequireKnown(["device", "dryRun", "address"]);
        // Who sends a CSR here means a renewal with that one: certifying the old key in silence would be the worst answer.
        var body = await ReadBody.ReadAsync(context.Request);
        IReadOnlyList<Violation> surplus = body.Octets.Length == 0 && body.Defect is null ? [] : [NoBody(requestId)];
        var (parameters, violations) = RequestParameters.Read(query["dryRun"], query["address"], [], []);
        var upload = new Upload(found.Request.Csr, [.. query["device"].OfType<string>()], Note: null, Violations: [])
        {
            Parameters = parameters with
            {
                Addresses = parameters.Addresses.Count > 0 ? parameters.Addresses : found.Request.Addresses,
                Succession = new Succession(requestId, SuccessionKind.Renewal),
            },
            ParameterViolations = [.. known.Violations, .. surplus, .. violations],
        };
        return await submit.SubmitAsync(context, upload);
    }

    private static Violation NoBody(SigningRequestId id) =>
        EnvelopeRules.RenewalBody.BrokenBy(
            "body",
            "none",
            "a body",
            "A renewal certifies the stored CSR again; what was sent was not looked at.",
            $"send a new CSR to {ProviderRequest.Path}?renews={id}"
        );
}
