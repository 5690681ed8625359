using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A factory station is no longer admitted.</summary>
public sealed record StationRevoked : LogEntry
{
    public const string TypeName = "station.revoked";

    public override string Type => TypeName;

    public required string Station { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("station", Station);
    }
}
