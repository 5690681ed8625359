using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>The proof of a name still stood: it holds until then.</summary>
public sealed record NameReproven : LogEntry
{
    public const string TypeName = "name.reproven";

    public override string Type => TypeName;

    public required string Provider { get; init; }

    public required string Name { get; init; }

    /// <summary>"dns" or "http".</summary>
    public required string Method { get; init; }

    public required Guid ChallengeId { get; init; }

    public required DateTimeOffset ValidUntil { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("provider", Provider);
        json.WriteText("name", Name);
        json.WriteText("method", Method);
        json.WriteString("challengeId", ChallengeId);
        json.WriteTime("validUntil", ValidUntil);
    }
}
