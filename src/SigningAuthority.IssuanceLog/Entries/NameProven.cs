using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A provider proved that it controls a name, and may ask for certificates under it until then.</summary>
public sealed record NameProven : LogEntry
{
    public const string TypeName = "name.proven";

    public override string Type => TypeName;

    public required string Provider { get; init; }

    public required string Name { get; init; }

    public required bool IncludeSubdomains { get; init; }

    /// <summary>"dns" or "http".</summary>
    public required string Method { get; init; }

    public required Guid ChallengeId { get; init; }

    public required DateTimeOffset ValidUntil { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("provider", Provider);
        json.WriteText("name", Name);
        json.WriteBoolean("includeSubdomains", IncludeSubdomains);
        json.WriteText("method", Method);
        json.WriteString("challengeId", ChallengeId);
        json.WriteTime("validUntil", ValidUntil);
    }
}
