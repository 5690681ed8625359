using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A proof aged out: the provider may no longer ask for certificates under the name.</summary>
public sealed record NameLapsed : LogEntry
{
    public const string TypeName = "name.lapsed";

    public override string Type => TypeName;

    public required string Provider { get; init; }

    public required string Name { get; init; }

    public required Guid ChallengeId { get; init; }

    /// <summary>The proof's end.</summary>
    public required DateTimeOffset ValidUntil { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("provider", Provider);
        json.WriteText("name", Name);
        json.WriteString("challengeId", ChallengeId);
        json.WriteTime("validUntil", ValidUntil);
    }
}
