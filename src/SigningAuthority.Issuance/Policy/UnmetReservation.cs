using System.Globalization;
using SigningAuthority.Issuance.Production;

namespace SigningAuthority.Issuance.Policy;

/// <summary>What only the database can find out about a reservation, or about a unit that is held by one.</summary>
public static class UnmetReservation
{
    private const string Source = "what is reserved and what is drawn are together never more than the order's quantity";

    private static readonly Rule ExceedsOrder = new("reservation-exceeds-order", Source);
    private static readonly Rule TooFewNumbers = new("reservation-numbers-exhausted", "an address and a label belong to one device");
    private static readonly Rule OtherUnderKey = new("reservation-key-reused", "one key names one reservation");
    private static readonly Rule HeldForOther = new(
        "unit-reserved",
        "a reserved unit is drawn by the station and from the order that it is held for"
    );

    /// <summary>The order has too few units left.</summary>
    public static Violation Explain(ProductionOrder order, int units) =>
        ExceedsOrder.BrokenBy(
            "units",
            "at most what the order has left",
            units.ToString(CultureInfo.InvariantCulture),
            $"The production order {order.Name} has fewer units left than are to be reserved.",
            "ask for fewer, release a reservation that is not needed, or have another order made"
        );

    /// <summary>The order's ranges have too few addresses or labels left.</summary>
    public static Violation ExplainNumbers(string order, int units, int macs) =>
        TooFewNumbers.BrokenBy(
            "units",
            string.Create(CultureInfo.InvariantCulture, $"at most {macs}"),
            units.ToString(CultureInfo.InvariantCulture),
            $"The production order {order} has fewer free addresses or serial numbers than are to be assigned.",
            "ask for fewer, or without \"assign\" if the line has labels of its own"
        );

    /// <summary>The station has another reservation of that name.</summary>
    public static Violation ExplainKey(string key, string order, string product, int units) =>
        OtherUnderKey.BrokenBy(
            "key",
            string.Create(CultureInfo.InvariantCulture, $"{units} × {product} of {order}"),
            "other units, another product or another order",
            $"The reservation {key} of this station is for something else.",
            "give this one a name of its own"
        );

    /// <summary>The address or the label of a draw is held for another one.</summary>
    public static Violation ExplainDraw(string? mac, string? serial) =>
        HeldForOther.BrokenBy(
            "mac",
            "a unit that is not reserved, or the one that is: its station, order, address and serial number",
            $"{mac}, {serial}",
            "The address or the serial number is held by a reservation, for another station, order or label.",
            "name the reservation's order: \"order\":\"…\"; read the unit's label again"
        );
}
