using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A name was looked at and did not show what proves it.</summary>
public sealed record NameProofFailed : LogEntry
{
    public const string TypeName = "name.proof.failed";

    public override string Type => TypeName;

    public required string Provider { get; init; }

    public required string Name { get; init; }

    /// <summary>"dns" or "http".</summary>
    public required string Method { get; init; }

    public required Guid ChallengeId { get; init; }

    /// <summary>What was the matter, kebab-case: "value-not-found", "address-not-public" and so on.</summary>
    public required string Code { get; init; }

    /// <summary>For people, as the provider is told it.</summary>
    public required string Seen { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("provider", Provider);
        json.WriteText("name", Name);
        json.WriteText("method", Method);
        json.WriteString("challengeId", ChallengeId);
        json.WriteText("code", Code);
        json.WriteText("seen", Seen);
    }
}
