using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.Storage.Watch;

namespace SigningAuthority.Api.Providers.Watch;

/// <summary>GET /api/v1/provider/watch/certificates?after=&amp;limit=: whatever was issued for the names that the caller holds now, by whoever asked.</summary>
internal sealed class ListWatched(WatchedCertificates watched)
{
    private const int MostInPage = 500;

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var query = new QueryValues(context.Request.Query);
        query.RequireKnown(["after", "limit"]);
        var after = query.Number("after", -1, long.MaxValue) ?? -1;
        var limit = (int)(query.Number("limit", 1, MostInPage) ?? 100);
        if (query.Violations.Count > 0)
            return ProblemKinds.Malformed.Because(query.Violations);

        var page = await watched.PageAsync(Caller.Of(context).Id, after, limit, context.RequestAborted);
        var last = page.Count > 0 ? page[^1].Index : after;
        return Results.Json(
            new WatchedPage([.. page.Select(WatchedView.Of)], $"{WatchedView.Path}/certificates?after={last}&limit={limit}")
        );
    }
}
