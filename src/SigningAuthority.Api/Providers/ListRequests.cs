using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Providers;

/// <summary>A page of a provider's own requests.</summary>
/// <param name="Requests">The newest first.</param>
/// <param name="Next">Where the next page is; null on the last.</param>
internal sealed record ProviderRequestPage(IReadOnlyList<ProviderRequest> Requests, string? Next);

/// <summary>GET /api/v1/provider/requests?before=&amp;limit=: the caller's requests, the newest first.</summary>
internal sealed class ListRequests(SigningRequestQueries queries, AwaitedApprovals approvals, ShowLineage lineage)
{
    private const int MostInPage = 200;

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var query = new QueryValues(context.Request.Query);
        var limit = (int)(query.Number("limit", 1, MostInPage) ?? 50);
        var before = query.Text("before") is { } text ? ReadId(text, query) : null;
        if (query.Violations.Count > 0)
            return ProblemKinds.Malformed.Because(query.Violations);

        var rows = await queries.ListOfProviderAsync(Caller.Of(context).Id, before, limit, context.RequestAborted);
        var found = await queries.FindManyAsync(
            [.. rows.Where(row => row.State == RequestState.Issued).Select(row => row.Id)],
            context.RequestAborted
        );
        var certificates = found.ToDictionary(request => request.Request.Id, request => request.Certificates);
        var awaited = await approvals.OfAsync(rows, context.RequestAborted);
        return Results.Json(
            new ProviderRequestPage(
                await lineage.AddAsync(
                    [
                        .. rows.Select(row =>
                            ProviderRequest.Of(row, certificates.GetValueOrDefault(row.Id, [])).Awaiting(awaited.GetValueOrDefault(row.Id))
                        ),
                    ],
                    context.RequestAborted
                ),
                rows.Count == limit ? $"{ProviderRequest.Path}?before={rows[^1].Id}&limit={limit}" : null
            )
        );
    }

    private static SigningRequestId? ReadId(string text, QueryValues query)
    {
        if (SigningRequestId.TryParse(text, out var id))
            return id;
        query.Add("before", "a request's id", text);
        return null;
    }
}
