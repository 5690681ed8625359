using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>An officer approved or refused a recall. What it comes to, the key room says.</summary>
public sealed record RecallDecided : LogEntry
{
    public const string TypeName = "recall.decided";

    public override string Type => TypeName;

    public required Guid RecallId { get; init; }

    /// <summary>"approve" or "refuse".</summary>
    public required string Verdict { get; init; }

    public required SignedDecision Decision { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteString("recallId", RecallId);
        json.WriteText("decision", Verdict);
        Decision.Write(json);
    }
}
