using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A provider was told how to prove a name. The value that proves it is not written: it becomes public only by the proof.</summary>
public sealed record NameChallenged : LogEntry
{
    public const string TypeName = "name.challenged";

    public override string Type => TypeName;

    public required string Provider { get; init; }

    public required string Name { get; init; }

    public required bool IncludeSubdomains { get; init; }

    /// <summary>"dns" or "http".</summary>
    public required string Method { get; init; }

    public required Guid ChallengeId { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("provider", Provider);
        json.WriteText("name", Name);
        json.WriteBoolean("includeSubdomains", IncludeSubdomains);
        json.WriteText("method", Method);
        json.WriteString("challengeId", ChallengeId);
        json.WriteTime("expiresAt", ExpiresAt);
    }
}
