using SigningAuthority.Storage.Access;
using SigningAuthority.Storage.Names;

namespace SigningAuthority.Api.Names;

/// <summary>A provider's names and what it is proving.</summary>
/// <param name="Names">Those it may ask certificates for, and those whose proof has lapsed.</param>
/// <param name="Challenges">Those still open, the newest first.</param>
internal sealed record ProvidersNames(IReadOnlyList<NameView> Names, IReadOnlyList<ChallengeView> Challenges)
{
    public const string Path = "/api/v1/provider/names";
}

/// <summary>A name that a provider may ask certificates for.</summary>
/// <param name="Source">"registered" by an operator, or "proven" by the provider.</param>
/// <param name="Status">"valid"; "reprove-needed": the proof was not found when it was looked at again; "lapsed": the name is not covered any more.</param>
/// <param name="ReproveFrom">From then on it is looked whether the proof still stands.</param>
/// <param name="Record">Where the proof must go on standing: the TXT record, or</param>
/// <param name="Url">the file.</param>
/// <param name="Seen">What was found instead of the proof.</param>
internal sealed record NameView(
    string Name,
    bool IncludeSubdomains,
    string Source,
    string Status,
    DateTimeOffset RegisteredAt,
    string? Method,
    DateTimeOffset? ProvenAt,
    DateTimeOffset? ValidUntil,
    DateTimeOffset? ReproveFrom,
    string? Record,
    string? Url,
    string? Value,
    string? Seen
)
{
    public static NameView Of(ProviderName name, NameChallenge? challenge, int reproveDaysBefore, DateTimeOffset now) =>
        new(
            name.Suffix,
            name.IncludeSubdomains,
            challenge is null ? "registered" : "proven",
            StatusOf(name, now),
            name.RegisteredAt,
            challenge?.MethodName,
            name.ProvenAt,
            name.ValidUntil,
            name.ValidUntil?.AddDays(-reproveDaysBefore),
            challenge is null ? null : ChallengeView.RecordOf(challenge),
            challenge is null ? null : ChallengeView.UrlOf(challenge),
            challenge?.Value,
            name.RecheckSeen
        );

    private static string StatusOf(ProviderName name, DateTimeOffset now)
    {
        if (name.HasLapsed(now))
            return "lapsed";
        return name.RecheckSeen is null ? "valid" : "reprove-needed";
    }
}
