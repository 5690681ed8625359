using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>An operator allowed a provider more or less than the configuration does, or took that back.</summary>
public sealed record LimitSet : LogEntry
{
    public const string TypeName = "limit.set";

    public override string Type => TypeName;

    public required string Provider { get; init; }

    /// <summary>The limit's name in the configuration.</summary>
    public required string Limit { get; init; }

    /// <summary>Null: what the configuration says holds again.</summary>
    public int? Most { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("provider", Provider);
        json.WriteText("limit", Limit);
        if (Most is { } most)
            json.WriteNumber("most", most);
    }
}
