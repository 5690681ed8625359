using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>Somebody asked for a certificate's revocation, hold or release; the key room decides.</summary>
public sealed record RevocationRequested : LogEntry
{
    public const string TypeName = "revocation.requested";

    public override string Type => TypeName;

    /// <summary>The issuing authority's id in the configuration.</summary>
    public required string Authority { get; init; }

    /// <summary>Upper-case hexadecimal, two digits an octet.</summary>
    public required string SerialNumber { get; init; }

    /// <summary>As RFC 5280 §5.3.1 spells it.</summary>
    public required string Reason { get; init; }

    /// <summary>The asker's own words.</summary>
    public string? Note { get; init; }

    /// <summary>"hold" or "release"; null for a revocation.</summary>
    public string? Action { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("authority", Authority);
        json.WriteSerialNumber("serialNumber", SerialNumber);
        json.WriteText("reason", Reason);
        json.WriteOptionalText("note", Note);
        json.WriteOptionalText("action", Action);
    }
}
