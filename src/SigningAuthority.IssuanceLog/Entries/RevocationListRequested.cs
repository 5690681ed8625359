using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>An operator wants a new complete list of an authority although nothing has changed.</summary>
public sealed record RevocationListRequested : LogEntry
{
    public const string TypeName = "crl.requested";

    public override string Type => TypeName;

    /// <summary>The authority's id in the configuration.</summary>
    public required string Authority { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json) => json.WriteText("authority", Authority);
}
