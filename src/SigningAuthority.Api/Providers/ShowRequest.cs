using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Providers;

/// <summary>GET /api/v1/provider/requests/{id}?wait=seconds: the request as it stands, or as it is once it is finished.</summary>
internal sealed class ShowRequest(
    SigningRequestQueries queries,
    ShowLineage lineage,
    AwaitedApprovals approvals,
    FinishedRequests finished,
    WaitingRooms rooms,
    RequestWarnings warnings,
    TimeProvider time
)
{
    private const int LongestWait = 60;

    public async Task<IResult> HandleAsync(HttpContext context, string id)
    {
        var query = new QueryValues(context.Request.Query);
        var wait = TimeSpan.FromSeconds(query.Number("wait", 0, LongestWait) ?? 0);
        if (query.Violations.Count > 0)
            return ProblemKinds.Malformed.Because(query.Violations);

        if (
            !SigningRequestId.TryParse(id, out var requestId)
            || await queries.FindOfProviderAsync(Caller.Of(context).Id, requestId, context.RequestAborted) is not { } found
        )
        {
            return ProblemKinds.NotFound.Because("You have no request of this id.");
        }

        if (wait > TimeSpan.Zero && !found.Request.State.IsFinal())
            found =
                await WaitAsync(requestId, wait, context.RequestAborted)
                ?? await queries.FindOfProviderAsync(Caller.Of(context).Id, requestId, context.RequestAborted)
                ?? found;
        var view = ProviderRequest.Of(found).Awaiting(await approvals.OfAsync(found.Request, context.RequestAborted)) with
        {
            Warnings = await warnings.FindAsync(found.Request, context.RequestAborted),
        };
        return Results.Json(await lineage.AddAsync(view, context.RequestAborted));
    }

    /// <returns>Null when the time is over, or when too many wait already: then the answer is what stands now.</returns>
    private async Task<RequestWithCertificates?> WaitAsync(SigningRequestId id, TimeSpan longest, CancellationToken cancellation)
    {
        using var place = rooms.Providers.TryEnter();
        if (place is null)
            return null;

        using var expected = finished.Expect(id);
        expected.LookNow();
        return await expected.UntilAsync(longest, time, cancellation);
    }
}
