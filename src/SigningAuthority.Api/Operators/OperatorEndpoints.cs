using SigningAuthority.Api.Access;
using SigningAuthority.Api.Auditors;
using SigningAuthority.Api.Description;

namespace SigningAuthority.Api.Operators;

internal static class OperatorEndpoints
{
    public static IServiceCollection AddOperators(this IServiceCollection services) => services.AddSingleton<ShowQueue>();

    public static void MapOperators(this IEndpointRouteBuilder app)
    {
        var operators = app.MapGroup("").RequireAuthorization(AccessPolicies.Operator).WithTags("Operators").AnswersProblems(401, 403, 503);

        operators
            .MapGet("/api/v1/operator/queue", (ShowQueue handler, HttpContext context) => handler.HandleAsync(context))
            .WithName("showQueue")
            .WithSummary("What waits in each lane, and what was given up.")
            .Produces<QueueView>();

        ListRootFetches.Map(operators, ListRootFetches.OperatorsPath, "listRootFetchesForOperators");
    }
}
