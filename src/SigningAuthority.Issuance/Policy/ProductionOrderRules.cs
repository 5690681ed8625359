using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Production;
using SigningAuthority.Issuance.Production.Intake;

namespace SigningAuthority.Issuance.Policy;

/// <summary>What a unit is drawn from.</summary>
/// <param name="Order">Null where none was found.</param>
/// <param name="Name">The order that the station named; null where it left the choice to us.</param>
/// <param name="Station">The station's name.</param>
/// <param name="At">When the unit was asked for.</param>
public sealed record Draw(ProductionOrder? Order, string? Name, string Station, DateTimeOffset At);

/// <summary>A unit as its station wrote it.</summary>
/// <param name="HasKeyOfAuthority">Its key was made by the key room, for this unit; or is to be.</param>
internal readonly record struct DrawnUnit(string? Mac, string? Serial, string? Product, bool HasKeyOfAuthority);

/// <summary>A production order is the only thing that lets a line draw certificates.</summary>
internal sealed class ProductionOrderRules : RuleSet<DeviceFacts>
{
    private const string Source = "a production order is the only right to draw device certificates";

    private static readonly Rule None = new("order-none", Source);
    internal static readonly Rule Unknown = new("order-unknown", Source);
    private static readonly Rule OtherStation = new("order-of-other-stations", Source);
    private static readonly Rule Closed = new("order-closed", Source);
    private static readonly Rule NotBegun = new("order-not-begun", Source);
    private static readonly Rule Ended = new("order-ended", Source);
    private static readonly Rule Altered = new("order-file-altered", "an order that was loaded is what its signed file says");
    private static readonly Rule OtherProduct = new("order-of-other-products", Source);
    private static readonly Rule OtherMac = new("order-of-other-macs", Source);
    private static readonly Rule OtherSerial = new("order-of-other-serials", Source);
    private static readonly Rule KeysOfAuthority = new(
        "key-source-authority",
        "the order's key source is Authority: its units get keys that the key room made"
    );
    private static readonly Rule KeysOfDevices = new("key-source-device", "the order's key source is Device: each unit makes its own key");

    private readonly AuthorityConfiguration _configuration;

    public ProductionOrderRules(AuthorityConfiguration configuration)
    {
        _configuration = configuration;
        Check(facts =>
            facts is { IsTest: true } or { IsTried: true }
                ? []
                : Find(facts.Draw, new DrawnUnit(facts.Mac, facts.Serial, facts.Product, facts.HasKeyOfAuthority))
        );
    }

    /// <summary>What keeps a unit from being drawn, whatever its request is like.</summary>
    public IEnumerable<Violation> Find(Draw? draw, DrawnUnit unit) =>
        draw switch
        {
            { Order: { } order } =>
            [
                .. FindInSignature(order),
                .. FindInRight(order, draw),
                .. FindInProduct(order, unit.Product),
                .. FindInUnit(order, unit),
            ],
            { Name: { } name } =>
            [
                Unknown.BrokenBy("order", "an order of ours", name, "There is no such production order.", "operator order list"),
            ],
            _ =>
            [
                None.BrokenBy(
                    "order",
                    "an order that lets the station draw this unit",
                    "none",
                    "No production order of this station covers this unit now.",
                    "have the order made: operator order create …, or name the one that is meant: \"order\":\"…\""
                ),
            ],
        };

    private IEnumerable<Violation> FindInSignature(ProductionOrder order)
    {
        if (order.SignedBy is { } signer && _configuration.FindOrderKey(signer) is not { Withdrawn: false })
            yield return SignatureRules.ExplainWithdrawn(signer);
        else if (order.ContradictsFile)
            yield return Altered.BrokenBy(
                "order",
                "the order that was signed",
                order.Name,
                "The production order was altered after it was signed.",
                "call the operator: somebody changed the database"
            );
    }

    internal static IEnumerable<Violation> FindInRight(ProductionOrder order, Draw draw)
    {
        if (!order.IsOfStation(draw.Station))
            yield return OtherStation.BrokenBy(
                "order",
                "an order of this station",
                order.Name,
                "The production order is another station's.",
                "name an order of this station, or have one made for it"
            );
        if (order.ClosedAt is { } closed && closed <= draw.At)
            yield return Closed.BrokenBy(
                "order",
                "an open order",
                $"{order.Name}, closed at {closed:O}",
                "The production order was closed.",
                "ask the operator for another order"
            );
        if (draw.At < order.NotBefore)
            yield return NotBegun.BrokenBy(
                "order",
                $"a unit drawn from {order.NotBefore:O} on",
                $"{draw.At:O}",
                "The production order has not begun.",
                "wait for it, or ask the operator for another order"
            );
        if (draw.At >= order.NotAfter)
            yield return Ended.BrokenBy(
                "order",
                $"a unit drawn before {order.NotAfter:O}",
                $"{draw.At:O}",
                "The production order has ended.",
                "ask the operator for another order"
            );
    }

    internal static IEnumerable<Violation> FindInProduct(ProductionOrder order, string? product)
    {
        if (product is not null && !order.CoversProduct(product))
            yield return OtherProduct.BrokenBy(
                "product",
                string.Join(", ", order.Products),
                product,
                $"The production order {order.Name} is not for this product.",
                "put the unit on the line of its order"
            );
    }

    private static IEnumerable<Violation> FindInUnit(ProductionOrder order, DrawnUnit unit)
    {
        if (MacAddress.TryParse(unit.Mac, out var mac) && !order.Covers(mac))
            yield return OtherMac.BrokenBy(
                "mac",
                "an address in " + string.Join(", ", order.MacRanges),
                mac.Upper,
                $"The address is not one of the production order {order.Name}.",
                "read the unit's label again"
            );
        if (DeviceSerialNumber.TryParse(unit.Serial, out var serial) && !order.CoversSerial(serial.Value))
            yield return OtherSerial.BrokenBy(
                "serial",
                string.Join(", ", order.Serials),
                serial.Value,
                $"The serial number is not one of the production order {order.Name}.",
                "read the unit's label again"
            );
        if (order.KeySource == KeySource.Authority && !unit.HasKeyOfAuthority)
            yield return KeysOfAuthority.BrokenBy(
                "csr",
                "\"generateKey\": true",
                "a key that was not made for this unit by the authority",
                $"The units of the production order {order.Name} get their keys from the authority.",
                "leave \"csr\" out and send \"generateKey\": true, or draw from an order whose units make their own keys"
            );
        if (order.KeySource == KeySource.Device && unit.HasKeyOfAuthority)
            yield return KeysOfDevices.BrokenBy(
                "generateKey",
                "a \"csr\" from the device",
                "true",
                $"The units of the production order {order.Name} make their own keys.",
                "let the unit make its key and send its CSR, or have an order made for units that can't: operator order create --key-source Authority …"
            );
    }
}
