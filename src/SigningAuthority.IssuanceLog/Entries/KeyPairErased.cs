using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>The envelope with a unit's private key is gone: its station said that it has the key, or nobody did for too long.</summary>
public sealed record KeyPairErased : LogEntry
{
    public const string TypeName = "key-pair.erased";

    public const string Delivered = "delivered";

    public const string Old = "old";

    public override string Type => TypeName;

    public required Guid KeyPairId { get; init; }

    /// <summary><see cref="Delivered"/> or <see cref="Old"/>.</summary>
    public required string Reason { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteString("keyPairId", KeyPairId);
        json.WriteText("reason", Reason);
    }
}
