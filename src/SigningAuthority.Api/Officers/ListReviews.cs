using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Approvals;

namespace SigningAuthority.Api.Officers;

/// <summary>A request in an officer's list.</summary>
/// <param name="DecidedByYou">Nothing more is asked of the caller here.</param>
internal sealed record ReviewSummary(
    Guid Id,
    string Status,
    string Href,
    string? Fqdn,
    string SubmittedBy,
    DateTimeOffset SubmittedAt,
    IReadOnlyList<string> Devices,
    IReadOnlyList<string> Generations,
    int ApprovalsNeeded,
    int ApprovalsGiven,
    DateTimeOffset? ApprovalExpiresAt,
    bool DecidedByYou
)
{
    public static ReviewSummary Of(ReviewedRequest review, Caller officer) =>
        new(
            review.Request.Id.Value,
            review.Request.State.ToString(),
            $"{Review.Path}/{review.Request.Id}",
            review.Request.Fqdn,
            review.Evidence.SubmittedBy,
            review.Request.SubmittedAt,
            review.Request.Devices,
            review.Request.Authorities,
            review.Standing.Needed,
            review.Standing.Given,
            review.Request.ApprovalExpiresAt,
            review.Evidence.Decisions.Any(decision => decision.OfficerId == officer.Id)
        );
}

/// <param name="Requests">The newest first.</param>
/// <param name="Next">Where the next page is; null on the last.</param>
internal sealed record ReviewPage(IReadOnlyList<ReviewSummary> Requests, string? Next);

/// <summary>GET /api/v1/officer/requests?state=&amp;before=&amp;limit=: providers' requests in a state, those that wait unless asked otherwise.</summary>
internal sealed class ListReviews(OfficerDeskQueries queries, ReviewRequests reviews)
{
    private const int MostInPage = 200;

    private static readonly string[] Parameters = ["state", "before", "limit"];

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var query = new QueryValues(context.Request.Query);
        query.RequireKnown(Parameters);
        var limit = (int)(query.Number("limit", 1, MostInPage) ?? 50);
        var state = ReadState(query);
        SigningRequestId? before = null;
        if (query.Text("before") is { } text)
        {
            if (SigningRequestId.TryParse(text, out var id))
                before = id;
            else
                query.Add("before", "a request's id", text);
        }

        if (query.Violations.Count > 0)
            return ProblemKinds.Malformed.Because(query.Violations);

        var rows = await queries.ListAsync(state, before, limit, context.RequestAborted);
        var reviewed = await reviews.OfAsync(rows, context.RequestAborted);
        var caller = Caller.Of(context);
        return Results.Json(
            new ReviewPage(
                [.. rows.Select(row => ReviewSummary.Of(reviewed[row.Id], caller))],
                rows.Count == limit ? $"{Review.Path}?state={state}&before={rows[^1].Id}&limit={limit}" : null
            )
        );
    }

    private static RequestState ReadState(QueryValues query)
    {
        if (query.Text("state") is not { } text)
            return RequestState.AwaitingApproval;
        if (Enum.TryParse<RequestState>(text, ignoreCase: true, out var state) && Enum.IsDefined(state))
            return state;
        query.Add("state", "one of " + string.Join(", ", Enum.GetNames<RequestState>()), text);
        return default;
    }
}
