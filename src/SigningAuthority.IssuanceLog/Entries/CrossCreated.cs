using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>One generation of a root has certified another one; <see cref="LogEntry.Fingerprint"/> is that of the certificate.</summary>
public sealed record CrossCreated : LogEntry
{
    public const string TypeName = "cross.created";

    public override string Type => TypeName;

    /// <summary>Who signed.</summary>
    public required string Authority { get; init; }

    /// <summary>Whose key is certified.</summary>
    public required string Generation { get; init; }

    public required string SerialNumber { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("authority", Authority);
        json.WriteText("generation", Generation);
        json.WriteSerialNumber("serialNumber", SerialNumber);
    }
}
