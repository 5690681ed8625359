using SigningAuthority.IssuanceLog.Entries;

namespace SigningAuthority.Storage.Production;

/// <summary>Units of an order that are held for a station.</summary>
/// <param name="Key">The station's own name for it.</param>
/// <param name="Macs">One a unit where they were assigned, otherwise none; 12 upper-case hexadecimal digits each.</param>
/// <param name="Serials">One a unit where they were assigned, otherwise none.</param>
/// <param name="ExpiresAt">Exclusive: what is not drawn then goes back to the order.</param>
public sealed record Reservation(
    Guid Id,
    Guid StationId,
    Guid OrderId,
    string Order,
    string Key,
    int Units,
    string Product,
    IReadOnlyList<string> Macs,
    IReadOnlyList<string> Serials,
    DateTimeOffset ExpiresAt
)
{
    /// <summary>How many of the units were drawn when this was read.</summary>
    public int Drawn { get; init; }

    /// <summary>Set when it ended; then nothing is held any more.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Set exactly when <see cref="EndedAt"/> is.</summary>
    public ReservationOutcome? Outcome { get; init; }

    /// <summary>Units that are still held.</summary>
    public int Left => EndedAt is null ? Units - Drawn : 0;

    /// <summary>The log's entry of its end.</summary>
    /// <exception cref="InvalidOperationException">It has not ended.</exception>
    public ReservationEnded ToEntry(string actor, DateTimeOffset at) =>
        new()
        {
            At = at,
            Actor = actor,
            Subject = Order,
            ReservationId = Id,
            Key = Key,
            Order = Order,
            Units = Units,
            Drawn = Drawn,
            Outcome = (Outcome ?? throw new InvalidOperationException("The reservation is open.")).ToString(),
        };
}

public enum ReservationOutcome
{
    /// <summary>Its station gave back what was left.</summary>
    Released,

    /// <summary>Its time was over.</summary>
    Expired,
}

/// <summary>Why nothing was reserved.</summary>
public enum ReservationObstacle
{
    /// <summary>The order has too few units left.</summary>
    OrderQuantity,

    /// <summary>Another draw or reservation took an address or a label meanwhile; others may be free.</summary>
    UnitTaken,
}
