using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A provider asked for the revocation of one of its certificates, or a station reissued a device's.</summary>
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

    /// <summary>The holder's own words.</summary>
    public string? Note { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("authority", Authority);
        json.WriteSerialNumber("serialNumber", SerialNumber);
        json.WriteText("reason", Reason);
        json.WriteOptionalText("note", Note);
    }
}
