using System.Globalization;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Production.Intake;

/// <summary>
/// What an order must be to be made. Whatever it lets through is judged again for each unit; here a slip of the pen is found while there is
/// somebody to mend it, and not by a line that stands.
/// </summary>
internal sealed class ProposedOrderRules : RuleSet<ProposedOrder>
{
    private const int LongestList = 200;

    private static readonly Rule ListSize = new(
        "order-list-size",
        "an order has 1 to 200 of each, so that its entry in the log holds them all"
    );
    private static readonly Rule ProductUnknown = new("order-product-unknown", "device-families/*.json products");
    private static readonly Rule ProductNotIssued = new("order-product-not-issued", "device-families/*.json deviceCertificates");
    private static readonly Rule ProfileWrong = new("order-profile-not-for-devices", "profiles/*.json, for Device");
    private static readonly Rule StationUnknown = new("order-station-unknown", "stations are enrolled before they are ordered for");
    private static readonly Rule NoQuantity = new("order-quantity", "an order is for 1 unit or more");
    private static readonly Rule WindowReversed = new("order-window-reversed", "an order ends after it begins");
    private static readonly Rule WindowPast = new("order-window-past", "nothing can be drawn from an order that has ended");

    private readonly AuthorityConfiguration _configuration;
    private readonly IReadOnlyCollection<string> _stations;
    private readonly TimeProvider _time;

    public ProposedOrderRules(AuthorityConfiguration configuration, IReadOnlyCollection<string> stations, TimeProvider time)
    {
        (_configuration, _stations, _time) = (configuration, stations, time);
        Check(order => OrderName.Find(order.Order));
        Check(FindInSizes);
        Check(order => order.Products.Select(FindInProduct).OfType<Violation>());
        Check(order => MacRangeRules.Find(order, configuration.Policy.Device));
        Check(SerialRangeRules.Find);
        Check(FindInQuantity);
        Check(FindInProfile);
        Check(order => order.Stations.Select(FindInStation).OfType<Violation>());
        Check(FindInWindow);
    }

    /// <summary>Whether its ranges can be read.</summary>
    public static bool CanBuild(ProposedOrder order) =>
        order.MacRanges.All(text => MacRange.TryParse(text, out _)) && order.Serials.All(text => SerialRule.TryParse(text, out _));

    private static IEnumerable<Violation> FindInSizes(ProposedOrder order)
    {
        (string Field, IReadOnlyList<string> List)[] lists =
        [
            ("products", order.Products),
            ("macRanges", order.MacRanges),
            ("serials", order.Serials),
            ("stations", order.Stations),
        ];
        foreach (var (field, list) in lists)
        {
            if (list.Count is 0 or > LongestList)
                yield return ListSize.BrokenBy(
                    field,
                    $"1 to {LongestList}",
                    $"{list.Count}",
                    list.Count == 0 ? "The order has none." : "The order has too many.",
                    "'*' stands for all of them"
                );
        }
    }

    private Violation? FindInProduct(string product) =>
        product == ProductionOrder.Any ? null
        : _configuration.FindFamily(product) is not { } family
            ? ProductUnknown.BrokenBy(
                "products",
                "a model of ca-config/device-families/, upper case",
                product,
                "We make no such product.",
                "mend its spelling, or add it to its family"
            )
        : family.DeviceCertificates is null
            ? ProductNotIssued.BrokenBy(
                "products",
                "a product whose family has deviceCertificates",
                product,
                $"Devices of family {family.Id} get no certificates.",
                "leave it out, or say in its family how they are issued"
            )
        : null;

    private static IEnumerable<Violation> FindInQuantity(ProposedOrder order)
    {
        if (order.Quantity < 1)
            yield return NoQuantity.BrokenBy(
                "quantity",
                "1 or more",
                order.Quantity.ToString(CultureInfo.InvariantCulture),
                "The order is for no unit.",
                "say how many units are made"
            );
    }

    private Violation? FindInProfile(ProposedOrder order) =>
        order.Profile is not { } profile || _configuration.FindProfile(profile)?.For == RequestKind.Device
            ? null
            : ProfileWrong.BrokenBy(
                "profile",
                string.Join(", ", _configuration.Profiles.Where(known => known.For == RequestKind.Device).Select(known => known.Id)),
                profile,
                "There is no such profile for devices.",
                "name one of them, or none for that of the product's family"
            );

    private Violation? FindInStation(string station) =>
        station == ProductionOrder.Any || _stations.Contains(station)
            ? null
            : StationUnknown.BrokenBy(
                "stations",
                "a station that is enrolled",
                station,
                "No station of this name works.",
                $"operator station enrol {Rule.Quote(station)} --csr … --out …, or operator station list"
            );

    private IEnumerable<Violation> FindInWindow(ProposedOrder order)
    {
        if (order.NotAfter <= order.NotBefore)
            yield return WindowReversed.BrokenBy(
                "notAfter",
                $"after {order.NotBefore:O}",
                $"{order.NotAfter:O}",
                "The order ends before it begins.",
                "exchange the two, or mend the one that is wrong"
            );
        else if (order.NotAfter <= _time.GetUtcNow())
            yield return WindowPast.BrokenBy(
                "notAfter",
                $"after {_time.GetUtcNow():O}",
                $"{order.NotAfter:O}",
                "The order has ended already.",
                "have a new one made"
            );
    }
}
