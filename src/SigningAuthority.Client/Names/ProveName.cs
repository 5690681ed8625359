using System.Net.Http.Json;
using SigningAuthority.Client.Connections;

namespace SigningAuthority.Client.Names;

/// <summary>One proof, from the challenge to its end.</summary>
internal sealed class ProveName(ServiceConnection service, TimeProvider time)
{
    private const string Path = "/api/v1/provider/names";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>The open challenge for this very wish, or a new one.</summary>
    public async Task<(bool IsNew, ServiceReply Reply)> BeginAsync(
        string name,
        string method,
        bool includeSubdomains,
        CancellationToken cancellation
    )
    {
        var list = await service.GetAsync(Path, Patience, cancellation);
        if (list.Problem is not null)
            return (false, list);
        var open = list.Parse<NameList>()
            .Challenges.FirstOrDefault(challenge =>
                challenge.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
                && challenge.Method == method
                && challenge.IncludeSubdomains == includeSubdomains
            );
        if (open is not null)
            return (false, await service.GetAsync(open.Href, Patience, cancellation));

        using var request = new HttpRequestMessage(HttpMethod.Post, Path)
        {
            Content = JsonContent.Create(
                new
                {
                    name,
                    method,
                    includeSubdomains,
                }
            ),
        };
        return (true, await service.SendAsync(request, Patience, cancellation));
    }

    /// <summary>Has it looked at, again and again with pauses, until it is proven, over, or the time is.</summary>
    /// <param name="isNew">Nobody can have written the record yet: the first look waits a pause.</param>
    public async Task<ServiceReply> FollowAsync(
        ChallengeStatus challenge,
        bool isNew,
        TimeSpan wait,
        Action<string> tell,
        CancellationToken cancellation
    )
    {
        var end = time.GetUtcNow() + wait;
        // A challenge has few looks: they are spread over the time given.
        var pause = TimeSpan.FromSeconds(Math.Clamp(wait.TotalSeconds / Math.Max(challenge.ChecksLeft, 1), 5, 300));
        if (isNew)
            await Task.Delay(pause < wait ? pause : wait, time, cancellation);
        while (true)
        {
            var last = await CheckAsync(challenge, end, cancellation);
            if (last.Problem is not null || last.Parse<ChallengeStatus>() is not { Status: ChallengeStatus.Failed, ChecksLeft: > 0 } failed)
                return last;
            if (time.GetUtcNow() + pause > end)
                return last;
            tell($"{failed.LastCheck?.Seen}; looking again in {pause.TotalSeconds:0} s, {failed.ChecksLeft} looks left");
            await Task.Delay(pause, time, cancellation);
        }
    }

    private async Task<ServiceReply> CheckAsync(ChallengeStatus challenge, DateTimeOffset end, CancellationToken cancellation)
    {
        using var ask = new HttpRequestMessage(HttpMethod.Post, challenge.Href + "/check");
        var reply = await service.SendAsync(ask, Patience, cancellation);
        while (reply.Problem is null && reply.Parse<ChallengeStatus>().Status == ChallengeStatus.Checking && time.GetUtcNow() < end)
        {
            await Task.Delay(Look, time, cancellation);
            reply = await service.GetAsync(challenge.Href, Patience, cancellation);
        }

        return reply;
    }
}
