using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A provider may no longer ask for certificates under a name.</summary>
public sealed record NameWithdrawn : LogEntry
{
    public const string TypeName = "name.withdrawn";

    public override string Type => TypeName;

    public required string Provider { get; init; }

    public required string Name { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("provider", Provider);
        json.WriteText("name", Name);
    }
}
