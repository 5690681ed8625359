using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>An auditor took bundles of entries: once for each token, span and front door, before the first of them goes out.</summary>
public sealed record LogRead : LogEntry
{
    public const string TypeName = "log.read";

    public override string Type => TypeName;

    /// <summary>The span's first leaf.</summary>
    public required long FirstIndex { get; init; }

    /// <summary>The span's last leaf, inclusive, whether the log reaches that far or not.</summary>
    public required long LastIndex { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteNumber("firstIndex", FirstIndex);
        json.WriteNumber("lastIndex", LastIndex);
    }
}
