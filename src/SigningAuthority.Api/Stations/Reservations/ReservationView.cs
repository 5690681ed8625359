using SigningAuthority.Storage.Production;

namespace SigningAuthority.Api.Stations.Reservations;

/// <summary>The body of a request for a reservation.</summary>
/// <param name="Key">The station's own name for it: asked for again under the same name it is the same reservation.</param>
/// <param name="Order">The production order that the units are of.</param>
/// <param name="Product">Model name, upper case.</param>
/// <param name="Units">1 to 10,000.</param>
/// <param name="Hours">How long they are held, 1 to 744; never longer than the order runs. [24]</param>
/// <param name="Assign">Whether each unit is given an address, and a label where the order's can be counted up.</param>
internal sealed record ReservationRequest(string Key, string Order, string Product, int Units, int? Hours, bool? Assign);

/// <summary>Units of an order that are held for the station.</summary>
/// <param name="Status">"Open", "Released" or "Expired".</param>
/// <param name="Drawn">How many of the units were drawn.</param>
/// <param name="Left">How many are still held.</param>
/// <param name="Devices">What the units are assigned; none where the line has labels of its own.</param>
internal sealed record ReservationView(
    Guid Id,
    string Key,
    string Status,
    string Order,
    string Product,
    int Units,
    int Drawn,
    int Left,
    DateTimeOffset ExpiresAt,
    IReadOnlyList<AssignedUnit>? Devices
)
{
    /// <param name="whole">With what the units are assigned.</param>
    public static ReservationView Of(Reservation reservation, bool whole) =>
        new(
            reservation.Id,
            reservation.Key,
            reservation.Outcome?.ToString() ?? "Open",
            reservation.Order,
            reservation.Product,
            reservation.Units,
            reservation.Drawn,
            reservation.Left,
            reservation.ExpiresAt,
            whole ? [.. reservation.Macs.Select((mac, unit) => new AssignedUnit(mac, reservation.Serials.ElementAtOrDefault(unit)))] : null
        );
}

/// <param name="Serial">Null where the line prints labels of its own.</param>
internal sealed record AssignedUnit(string Mac, string? Serial);

/// <summary>A station's reservations, the newest first.</summary>
internal sealed record ReservationList(IReadOnlyList<ReservationView> Reservations);
