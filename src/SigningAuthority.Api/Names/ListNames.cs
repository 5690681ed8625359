using SigningAuthority.Api.Access;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Storage.Names;

namespace SigningAuthority.Api.Names;

/// <summary>GET /api/v1/provider/names: what the caller may ask certificates for, and what it is proving.</summary>
internal sealed class ListNames(
    Storage.Access.Providers providers,
    NameChallenges challenges,
    AuthorityConfiguration configuration,
    TimeProvider time
)
{
    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var (caller, now) = (Caller.Of(context).Id, time.GetUtcNow());
        var names = await providers.NamesAsync(caller, context.RequestAborted);
        var proofs = await challenges.FindManyAsync([.. names.Select(name => name.ChallengeId).OfType<Guid>()], context.RequestAborted);
        var open = await challenges.ListOpenAsync(caller, context.RequestAborted);
        var before = configuration.Policy.Names.ReproveDaysBefore;
        return Results.Json(
            new ProvidersNames(
                [.. names.Select(name => NameView.Of(name, name.ChallengeId is { } id ? proofs[id] : null, before, now))],
                [.. open.Select(challenge => ChallengeView.Of(challenge, now))]
            )
        );
    }
}
