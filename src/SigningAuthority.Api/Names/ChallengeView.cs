using SigningAuthority.Storage.Names;

namespace SigningAuthority.Api.Names;

/// <summary>How far a proof is.</summary>
internal static class ChallengeStatus
{
    public const string Pending = "pending";
    public const string Checking = "checking";
    public const string Proven = "proven";
    public const string Failed = "failed";
    public const string Expired = "expired";
}

/// <summary>The last look at a challenge.</summary>
/// <param name="Code">"proven", or what was the matter: record-not-found, value-not-found, redirected, address-not-public and so on.</param>
/// <param name="Seen">What was seen.</param>
internal sealed record CheckView(string Code, string Seen, DateTimeOffset At);

/// <summary>What a provider must show to prove a name, and how far that is.</summary>
/// <param name="Status">pending, checking, proven, failed or expired; after "failed" it may be checked again while checks are left.</param>
/// <param name="Record">Owner of the TXT record, where the method is dns.</param>
/// <param name="Url">Where the file must be, where the method is http.</param>
/// <param name="Value">What must be found there.</param>
/// <param name="How">The line for the zone file, or the command for the web server's folder.</param>
internal sealed record ChallengeView(
    Guid Id,
    string Href,
    string Status,
    string Name,
    bool IncludeSubdomains,
    string Method,
    string? Record,
    string? Url,
    string Value,
    string How,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    int ChecksLeft,
    CheckView? LastCheck
)
{
    public const string Path = ProvidersNames.Path + "/challenges";

    public static ChallengeView Of(ChallengeWithChecks found, DateTimeOffset now)
    {
        var challenge = found.Challenge;
        var last = found.Checks.LastOrDefault(check => check.FinishedAt is not null);
        return new ChallengeView(
            challenge.Id,
            $"{Path}/{challenge.Id}",
            StatusOf(found, now),
            challenge.Name,
            challenge.IncludeSubdomains,
            challenge.MethodName,
            RecordOf(challenge),
            UrlOf(challenge),
            challenge.Value,
            HowTo(challenge),
            challenge.CreatedAt,
            challenge.ExpiresAt,
            challenge.State == ChallengeState.Open
                ? Math.Max(0, NameChallenge.MostChecks - found.Checks.Count(check => check.Code != ProofSight.ResolverFailed))
                : 0,
            last is null ? null : new CheckView(last.Code!, last.Seen!, last.FinishedAt!.Value)
        );
    }

    public static string? RecordOf(NameChallenge challenge) => challenge.Method == ProofMethod.Dns ? challenge.Record : null;

    public static string? UrlOf(NameChallenge challenge) =>
        challenge.Method == ProofMethod.Http ? $"http://{challenge.Name}{challenge.Path}" : null;

    private static string StatusOf(ChallengeWithChecks found, DateTimeOffset now) =>
        found.Challenge.State switch
        {
            ChallengeState.Proven => ChallengeStatus.Proven,
            ChallengeState.Failed => ChallengeStatus.Failed,
            _ when found.Checks.Any(check => check.FinishedAt is null) => ChallengeStatus.Checking,
            _ when found.Challenge.ExpiresAt <= now => ChallengeStatus.Expired,
            _ => found.Checks.Count > 0 ? ChallengeStatus.Failed : ChallengeStatus.Pending,
        };

    private static string HowTo(NameChallenge challenge) =>
        challenge.Method == ProofMethod.Dns
            ? $"{challenge.Record}. 300 IN TXT \"{challenge.Value}\""
            : $"mkdir -p .{Folder(challenge.Path)} && printf '%s\\n' {challenge.Value} > .{challenge.Path}";

    private static string Folder(string path) => path[..path.LastIndexOf('/')];
}
