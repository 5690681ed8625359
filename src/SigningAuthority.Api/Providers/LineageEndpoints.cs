using SigningAuthority.Api.Description;

namespace SigningAuthority.Api.Providers;

/// <summary>What a provider does with a request whose certificates it has: part of the table of <see cref="ProviderEndpoints"/>.</summary>
internal static class LineageEndpoints
{
    public static void MapLineage(this IEndpointRouteBuilder requests)
    {
        requests
            .MapPost("{id}/renewal", (RenewRequest handler, HttpContext context, string id) => handler.HandleAsync(context, id))
            .WithName("renewRequest")
            .WithSummary("The stored CSR once more, for the next certificates; the key stays. With a new key: POST …/requests?renews={id}.")
            .Produces<ProviderRequest>(202)
            .Produces<ProviderRequest>()
            .AnswersProblems(400, 404, 422)
            .HasQuery("device", "A model, as for a submission; without any, those of the renewed request.")
            .HasQuery("dryRun", "true decides and says so, and queues nothing.");

        requests
            .MapPost("{id}/revocation", (RequestRevocation handler, HttpContext context, string id) => handler.HandleAsync(context, id))
            .WithName("requestRevocation")
            .WithSummary("Revoke a request's certificates, for good; saying it again changes nothing.")
            .Produces<RequestedRevocations>(201)
            .Produces<RequestedRevocations>()
            .Produces<RequestedRevocations>(202)
            .HasQuery("wait", "Seconds to wait for the key room, 0 to 30; 5 unless given.")
            .AnswersProblems(400, 404, 413, 422)
            .TakesJson<RevocationBody>();
    }
}
