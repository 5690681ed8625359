using SigningAuthority.Client.Connections;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Client.Providers;

/// <summary>Asks for a request's state until it is final or the time is over.</summary>
internal static class FollowRequest
{
    // Short enough for any proxy between; the service answers earlier when the state changes.
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(30);

    /// <summary>The last answer: a problem, a finished request, or one still unfinished when <paramref name="wait"/> is over.</summary>
    public static async Task<ServiceReply> RunAsync(
        ServiceConnection service,
        SigningRequestId id,
        TimeSpan wait,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        var end = time.GetUtcNow() + wait;
        while (true)
        {
            var asked = time.GetUtcNow();
            var left = end - asked;
            var seconds = (int)Math.Clamp(Math.Ceiling(left.TotalSeconds), 0, LongestPoll.TotalSeconds);
            var reply = await service.GetAsync(
                $"/api/v1/provider/requests/{id}{(seconds > 0 ? $"?wait={seconds}" : "")}",
                LongestPoll + AnswerTime,
                cancellation
            );
            if (reply.Problem is not null || reply.Parse<SigningRequestStatus>().IsFinished || left <= TimeSpan.Zero)
                return reply;

            // A service that answers early without a result must not be asked in a tight loop.
            if (time.GetUtcNow() - asked < TimeSpan.FromSeconds(1))
                await Task.Delay(TimeSpan.FromMilliseconds(500), time, cancellation);
        }
    }
}
