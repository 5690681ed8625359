using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A provider may from now on ask for certificates under a name.</summary>
public sealed record NameRegistered : LogEntry
{
    public const string TypeName = "name.registered";

    public override string Type => TypeName;

    public required string Provider { get; init; }

    public required string Name { get; init; }

    public required bool IncludeSubdomains { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("provider", Provider);
        json.WriteText("name", Name);
        json.WriteBoolean("includeSubdomains", IncludeSubdomains);
    }
}
