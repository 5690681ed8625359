using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>What the key room made of a recall: its officers' signatures were found good, all of it took effect, or it was refused.</summary>
public sealed record RecallSettled : LogEntry
{
    public const string TypeName = "recall.settled";

    public override string Type => TypeName;

    public required Guid RecallId { get; init; }

    /// <summary>"Approved", "Effective", "Refused" or "Expired".</summary>
    public required string State { get; init; }

    /// <summary>How many certificates it names.</summary>
    public required int Members { get; init; }

    /// <summary>Of those, how many it changed; the others were so already, or can't be changed any more. Where it took effect.</summary>
    public int? Changed { get; init; }

    /// <summary>Where it was refused.</summary>
    public IReadOnlyList<LoggedViolation> Violations { get; init; } = [];

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteString("recallId", RecallId);
        json.WriteText("state", State);
        json.WriteNumber("members", Members);
        if (Changed is { } changed)
            json.WriteNumber("changed", changed);
        if (Violations.Count > 0)
            LoggedViolation.WriteAll(json, Violations);
    }
}
