using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>What a reservation still held went back to its production order.</summary>
public sealed record ReservationEnded : LogEntry
{
    public const string TypeName = "reservation.ended";

    public override string Type => TypeName;

    public required Guid ReservationId { get; init; }

    /// <summary>The station's own name for it.</summary>
    public required string Key { get; init; }

    public required string Order { get; init; }

    public required int Units { get; init; }

    /// <summary>How many of the units had been drawn.</summary>
    public required int Drawn { get; init; }

    /// <summary>"Released" or "Expired".</summary>
    public required string Outcome { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteString("reservationId", ReservationId);
        json.WriteText("key", Key);
        json.WriteText("order", Order);
        json.WriteNumber("units", Units);
        json.WriteNumber("drawn", Drawn);
        json.WriteText("outcome", Outcome);
    }
}
