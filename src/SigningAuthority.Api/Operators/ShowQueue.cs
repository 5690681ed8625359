using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Operators;

/// <summary>What waits, and what was given up.</summary>
/// <param name="Counts">By lane and state; finished requests are not counted.</param>
/// <param name="Failed">The newest, at most 100.</param>
internal sealed record QueueView(IReadOnlyList<QueueCountView> Counts, IReadOnlyList<FailedRequest> Failed);

internal sealed record QueueCountView(string Lane, string State, long Requests);

/// <param name="Subject">The server's name, or the device's MAC.</param>
/// <param name="Failure">What went wrong last.</param>
/// <param name="Retry">The command that puts it back into the queue.</param>
internal sealed record FailedRequest(
    Guid Id,
    string Lane,
    string Kind,
    string? Subject,
    string SubmittedBy,
    DateTimeOffset SubmittedAt,
    DateTimeOffset? FinishedAt,
    int Attempts,
    string? Failure,
    string Retry
);

/// <summary>GET /api/v1/operator/queue.</summary>
internal sealed class ShowQueue(SigningRequestQueries queries)
{
    private const int MostFailed = 100;

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var counts = await queries.CountUnfinishedAsync(context.RequestAborted);
        var failed = await queries.ListAsync(RequestState.Failed, MostFailed, context.RequestAborted);
        return Results.Json(
            new QueueView(
                [
                    .. counts
                        .OrderBy(count => count.Lane)
                        .ThenBy(count => count.State)
                        .Select(count => new QueueCountView(count.Lane.ToString(), count.State.ToString(), count.Requests)),
                ],
                [.. failed.Select(Describe)]
            )
        );
    }

    private static FailedRequest Describe(SigningRequestRecord request) =>
        new(
            request.Id.Value,
            request.Lane.ToString(),
            request.Kind.ToString(),
            request.Fqdn ?? request.Mac,
            request.SubmittedBy,
            request.SubmittedAt,
            request.FinishedAt,
            request.Attempts,
            request.Failure,
            $"SigningAuthority.Signer operator request retry {request.Id}"
        );
}
