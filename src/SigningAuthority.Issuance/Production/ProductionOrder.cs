using SigningAuthority.Issuance.Devices;

namespace SigningAuthority.Issuance.Production;

/// <summary>Who makes the devices' keys.</summary>
public enum KeySource
{
    /// <summary>Each device its own; its request reaches us through the station.</summary>
    Device,

    /// <summary>The key room, ahead; they travel encrypted to the station.</summary>
    Authority,
}

/// <summary>What a line may make: the only right to draw device certificates. Made by an operator, never changed, only closed.</summary>
public sealed record ProductionOrder
{
    /// <summary>Stands for every product or every station, in a standing order.</summary>
    public const string Any = "*";

    public required Guid Id { get; init; }

    /// <summary>1 to 63 letters, digits, ".", "_" and "-".</summary>
    public required string Name { get; init; }

    /// <summary>Model names, upper case; <see cref="Any"/> for all.</summary>
    public required IReadOnlyList<string> Products { get; init; }

    public required IReadOnlyList<MacRange> MacRanges { get; init; }

    public required IReadOnlyList<SerialRule> Serials { get; init; }

    /// <summary>How many units may be drawn.</summary>
    public required int Quantity { get; init; }

    /// <summary>How many units were drawn when this was read.</summary>
    public int Drawn { get; init; }

    /// <summary>How many reissues there were under it when this was read; as many as units at most.</summary>
    public int Reissued { get; init; }

    /// <summary>How many units were held for stations then, beside those drawn.</summary>
    public int Reserved { get; init; }

    /// <summary>Names of the stations that may draw; <see cref="Any"/> for all that are enrolled.</summary>
    public required IReadOnlyList<string> Stations { get; init; }

    /// <summary>Inclusive.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>Exclusive.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>Id of a profile for devices; null for that of the product's family.</summary>
    public string? Profile { get; init; }

    public required KeySource KeySource { get; init; }

    /// <summary>The key of ca-config/stations/ that signed the file which it was loaded from; null for one that an operator made.</summary>
    public string? SignedBy { get; init; }

    /// <summary>It is not what its signed file says: found by the key room, once for each order.</summary>
    public bool ContradictsFile { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Had units left when it was read.</summary>
    public bool HasUnits => Drawn + Reserved < Quantity;

    /// <summary>Had reissues left when it was read.</summary>
    public bool HasReissues => Reissued < Quantity;

    public bool IsOfStation(string station) => Stations.Contains(station) || Stations.Contains(Any);

    public bool CoversProduct(string product) => Products.Contains(product) || Products.Contains(Any);

    public bool Covers(MacAddress mac) => MacRanges.Any(range => range.Contains(mac));

    public bool CoversSerial(string serial) => Serials.Any(rule => rule.Contains(serial));

    /// <summary>Drawn from at that moment: within the window and not closed before it.</summary>
    public bool IsOpenAt(DateTimeOffset moment) =>
        NotBefore <= moment && moment < NotAfter && (ClosedAt is not { } closed || moment < closed);

    /// <summary>
    /// The order that a unit is drawn from where its station names none: of those that let it, the one that ends first and has units left, or
    /// had when it was read; where none does but the station has just one, that one, so that the refusal can say what it lacks.
    /// </summary>
    /// <param name="orders">Any orders.</param>
    /// <param name="unit">What is to be drawn.</param>
    public static ProductionOrder? ChooseFor(IEnumerable<ProductionOrder> orders, UnitToDraw unit)
    {
        var ofStation = orders.Where(order => order.IsOfStation(unit.Station) && order.IsOpenAt(unit.At)).ToList();
        return ofStation
                .Where(order =>
                    unit.Product is { } product
                    && order.CoversProduct(product)
                    && MacAddress.TryParse(unit.Mac, out var mac)
                    && order.Covers(mac)
                    && unit.Serial is { } serial
                    && order.CoversSerial(serial)
                )
                .OrderByDescending(order => order.KeySource == unit.KeySource)
                .ThenByDescending(order => unit.IsReissue ? order.HasReissues : order.HasUnits)
                .ThenBy(order => order.NotAfter)
                .ThenBy(order => order.Name, StringComparer.Ordinal)
                .FirstOrDefault()
            ?? (ofStation.Count == 1 ? ofStation[0] : null);
    }
}

/// <summary>A unit that a station draws a certificate for, as the station wrote it.</summary>
/// <param name="Station">The station's name.</param>
/// <param name="At">When it was asked for.</param>
public sealed record UnitToDraw(string Station, string? Mac, string? Serial, string? Product, DateTimeOffset At)
{
    /// <summary>Where its key comes from: an order of that key source is chosen before others.</summary>
    public KeySource KeySource { get; init; } = KeySource.Device;

    /// <summary>It has had a certificate: then it draws a reissue, and no unit.</summary>
    public bool IsReissue { get; init; }
}
