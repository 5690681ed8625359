namespace SigningAuthority.Client.Names;

/// <summary>A challenge as the service shows it to its provider.</summary>
internal sealed record ChallengeStatus(
    string Id,
    string Href,
    string Status,
    string Name,
    bool IncludeSubdomains,
    string Method,
    string? Record,
    string? Url,
    string? Value,
    string? How,
    DateTimeOffset ExpiresAt,
    int ChecksLeft,
    CheckStatus? LastCheck
)
{
    public const string Checking = "checking";
    public const string Failed = "failed";
    public const string Proven = "proven";

    public bool IsProven => Status == Proven;
}

internal sealed record CheckStatus(string Code, string Seen, DateTimeOffset At);

/// <summary>A name as the service shows it.</summary>
internal sealed record NameStatus(
    string Name,
    bool IncludeSubdomains,
    string Source,
    string Status,
    string? Method,
    DateTimeOffset? ValidUntil,
    DateTimeOffset? ReproveFrom,
    string? Seen
);

internal sealed record NameList(IReadOnlyList<NameStatus> Names, IReadOnlyList<ChallengeStatus> Challenges);
