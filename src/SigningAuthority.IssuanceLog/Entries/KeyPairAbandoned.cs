using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>An operator gave up a unit's key pair before anything was asked for with it, so that the unit can be drawn again.</summary>
public sealed record KeyPairAbandoned : LogEntry
{
    public const string TypeName = "key-pair.abandoned";

    public override string Type => TypeName;

    public required Guid KeyPairId { get; init; }

    /// <summary>The operator's words.</summary>
    public required string Reason { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteString("keyPairId", KeyPairId);
        json.WriteText("reason", Reason);
    }
}
