using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Storage.Names;

namespace SigningAuthority.Api.Names;

/// <summary>GET /api/v1/provider/names/challenges/{id}.</summary>
internal sealed class ShowChallenge(NameChallenges challenges, TimeProvider time)
{
    public async Task<IResult> HandleAsync(HttpContext context, string id) =>
        Guid.TryParse(id, out var guid) && await challenges.FindAsync(Caller.Of(context).Id, guid, context.RequestAborted) is { } found
            ? Results.Json(ChallengeView.Of(found, time.GetUtcNow()))
            : ProblemKinds.NotFound.Because("You have no challenge of this id.");
}
