using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>Units of a production order are held for a station.</summary>
public sealed record ReservationMade : LogEntry
{
    public const string TypeName = "reservation.made";

    public override string Type => TypeName;

    public required Guid ReservationId { get; init; }

    /// <summary>The station's own name for it.</summary>
    public required string Key { get; init; }

    public required string Order { get; init; }

    public required string Product { get; init; }

    public required int Units { get; init; }

    /// <summary>Set where addresses were assigned.</summary>
    public string? FirstMac { get; init; }

    /// <summary>Set where labels were.</summary>
    public string? FirstSerial { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteString("reservationId", ReservationId);
        json.WriteText("key", Key);
        json.WriteText("order", Order);
        json.WriteText("product", Product);
        json.WriteNumber("units", Units);
        json.WriteOptionalText("firstMac", FirstMac);
        json.WriteOptionalText("firstSerial", FirstSerial);
        json.WriteTime("expiresAt", ExpiresAt);
    }
}
