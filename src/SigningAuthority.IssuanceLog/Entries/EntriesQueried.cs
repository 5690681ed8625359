using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>An auditor read the log: who looked is evidence too.</summary>
public sealed record EntriesQueried : LogEntry
{
    public const string TypeName = "entries.queried";

    public override string Type => TypeName;

    /// <summary>The filter as it was understood, cut to 512 characters.</summary>
    public required string Query { get; init; }

    public required string Format { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteOptionalText("query", Query);
        json.WriteText("format", Format);
    }
}
