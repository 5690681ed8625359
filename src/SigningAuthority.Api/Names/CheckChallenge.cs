using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Storage.Names;

namespace SigningAuthority.Api.Names;

/// <summary>
/// POST /api/v1/provider/names/challenges/{id}/check: the provider says that the proof is there. Outreach looks; this process calls nobody.
/// </summary>
internal sealed class CheckChallenge(NameChallenges challenges, RefuseAtDoor refuse, TimeProvider time)
{
    public async Task<IResult> HandleAsync(HttpContext context, string id)
    {
        var caller = Caller.Of(context);
        if (!Guid.TryParse(id, out var guid) || await challenges.FindAsync(caller.Id, guid, context.RequestAborted) is not { } found)
            return ProblemKinds.NotFound.Because("You have no challenge of this id.");

        var asked = await challenges.AskCheckAsync(found.Challenge, caller.Actor, context.RequestAborted);
        if (asked != CheckRequest.Asked)
            return await refuse.AsAsync(
                ProblemKinds.Refused,
                new Refusal(caller.Actor, [Explain(asked, found.Challenge)], Subject: found.Challenge.Name)
            );
        var now = await challenges.FindAsync(caller.Id, guid, context.RequestAborted) ?? found;
        var view = ChallengeView.Of(now, time.GetUtcNow());
        context.Response.Headers.Location = view.Href;
        return Results.Json(view, statusCode: StatusCodes.Status202Accepted);
    }

    private static Violation Explain(CheckRequest asked, NameChallenge challenge) =>
        asked switch
        {
            CheckRequest.Expired => NameRules.Expired.BrokenBy(
                "challenge",
                $"a check before {challenge.ExpiresAt:u}",
                "a later one",
                "The challenge has expired.",
                "ask for a new one: POST /api/v1/provider/names"
            ),
            CheckRequest.TooMany => NameRules.TooManyChecks.BrokenBy(
                "challenge",
                $"at most {NameChallenges.MostChecksPerHour} checks in an hour",
                "more",
                "You asked for more checks than are made in an hour.",
                "see first that the record is there (dig, curl), then ask again"
            ),
            _ => NameRules.Finished.BrokenBy(
                "challenge",
                "an open challenge",
                challenge.State == ChallengeState.Proven
                    ? "one that has proven its name"
                    : $"one that failed {NameChallenge.MostChecks} times or for good",
                "This challenge is used up.",
                "ask for a new one: POST /api/v1/provider/names"
            ),
        };
}
