using SigningAuthority.Api.Access;
using SigningAuthority.Api.Description;

namespace SigningAuthority.Api.Officers;

internal static class OfficerEndpoints
{
    public static IServiceCollection AddOfficers(this IServiceCollection services) =>
        services
            .AddSingleton<ReviewRequests>()
            .AddSingleton<FindCoveringName>()
            .AddSingleton<ListReviews>()
            .AddSingleton<ShowReview>()
            .AddSingleton<DecideOnRequest>();

    public static void MapOfficers(this IEndpointRouteBuilder app)
    {
        var requests = app.MapGroup(Review.Path)
            .RequireAuthorization(AccessPolicies.Officer)
            .WithTags("Officers")
            .AnswersProblems(401, 403, 503);

        requests
            .MapGet("", (ListReviews handler, HttpContext context) => handler.HandleAsync(context))
            .WithName("listReviews")
            .WithSummary("Providers' requests in a state, the newest first: those that wait for officers unless asked otherwise.")
            .Produces<ReviewPage>()
            .AnswersProblems(400)
            .HasQuery("state", "AwaitingApproval unless given.")
            .HasQuery("before", "The last id of the page before.")
            .HasQuery("limit", "1 to 200.");

        requests
            .MapGet("{id}", (ShowReview handler, HttpContext context, string id) => handler.HandleAsync(context, id))
            .WithName("showReview")
            .WithSummary("All there is to decide by, and the statement to sign.")
            .Produces<Review>()
            .AnswersProblems(404);

        requests
            .MapPost("{id}/decisions", (DecideOnRequest handler, HttpContext context, string id) => handler.HandleAsync(context, id))
            .WithName("decideOnRequest")
            .WithSummary(
                "Approve or refuse, with a statement signed by your own key. One decision an officer; the last one needed settles."
            )
            .Produces<Review>()
            .AnswersProblems(400, 404, 409, 413, 422)
            .TakesJson<DecisionBody>();
    }
}
