using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>An auditor took a range of the log with the proof that nothing in it is missing.</summary>
public sealed record EntriesExported : LogEntry
{
    public const string TypeName = "entries.exported";

    public override string Type => TypeName;

    /// <summary>The range's first leaf.</summary>
    public required long From { get; init; }

    /// <summary>The leaf after the range's last.</summary>
    public required long To { get; init; }

    /// <summary>Of the checkpoint that the range is proven against; this entry lies behind it.</summary>
    public required long TreeSize { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteNumber("from", From);
        json.WriteNumber("to", To);
        json.WriteNumber("treeSize", TreeSize);
    }
}
