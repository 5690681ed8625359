using SigningAuthority.Api.Access;
using SigningAuthority.Api.Description;
using SigningAuthority.Api.Limits;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Storage.Names;

namespace SigningAuthority.Api.Names;

internal static class NameEndpoints
{
    public static IServiceCollection AddNames(this IServiceCollection services) =>
        services
            .AddSingleton<NameChallenges>()
            .AddSingleton<AddressLookups>()
            .AddSingleton<ChallengeName>()
            .AddSingleton<ListNames>()
            .AddSingleton<ShowChallenge>()
            .AddSingleton<CheckChallenge>();

    public static void MapNames(this IEndpointRouteBuilder app)
    {
        var names = app.MapGroup(ProvidersNames.Path)
            .RequireAuthorization(AccessPolicies.Provider)
            .WithTags("Providers")
            .AnswersProblems(401, 403, 503);

        names
            .MapGet("", (ListNames handler, HttpContext context) => handler.HandleAsync(context))
            .WithName("listNames")
            .WithSummary("The names you may ask certificates for, and what you are proving.")
            .Produces<ProvidersNames>();

        names
            .MapPost("", (ChallengeName handler, HttpContext context) => handler.HandleAsync(context))
            .LimitedBy(LimitNames.NameChallengesPerHour)
            .WithName("challengeName")
            .WithSummary("How to prove that a name is yours: a TXT record, or a file on its web server.")
            .Produces<ChallengeView>(201)
            .AnswersProblems(400, 413, 422)
            .TakesJson<NameToProve>();

        names
            .MapGet("challenges/{id}", (ShowChallenge handler, HttpContext context, string id) => handler.HandleAsync(context, id))
            .WithName("showChallenge")
            .WithSummary("How far a proof is, and what was seen.")
            .Produces<ChallengeView>()
            .AnswersProblems(404);

        names
            .MapPost("challenges/{id}/check", (CheckChallenge handler, HttpContext context, string id) => handler.HandleAsync(context, id))
            .LimitedBy(LimitNames.NameChallengesPerHour)
            .WithName("checkChallenge")
            .WithSummary("Say that the proof is there: it is looked at within seconds.")
            .Produces<ChallengeView>(202)
            .AnswersProblems(404, 422);
    }
}
