using SigningAuthority.Api.Access;
using SigningAuthority.Api.Description;

namespace SigningAuthority.Api.Operators;

internal static class OperatorEndpoints
{
    public static IServiceCollection AddOperators(this IServiceCollection services) => services.AddSingleton<ShowQueue>();

    public static void MapOperators(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/operator/queue", (ShowQueue handler, HttpContext context) => handler.HandleAsync(context))
            .RequireAuthorization(AccessPolicies.Operator)
            .WithTags("Operators")
            .WithName("showQueue")
            .WithSummary("What waits in each lane, and what was given up.")
            .Produces<QueueView>()
            .AnswersProblems(401, 403, 503);
}
