using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
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
        var (parameters, violations) = RequestParameters.Read(query["dryRun"], query["address"], [], []);
        var upload = new Upload(found.Request.Csr, [.. query["device"].OfType<string>()], Note: null, Violations: [])
        {
            Parameters = parameters with
            {
                Addresses = parameters.Addresses.Count > 0 ? parameters.Addresses : found.Request.Addresses,
                Succession = new Succession(requestId, SuccessionKind.Renewal),
            },
            ParameterViolations = violations,
        };
        return await submit.SubmitAsync(context, upload);
    }
}
