using System.Globalization;
using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Issuance.Production.Intake;

/// <summary>An order's addresses are ours, none twice, none of those kept for tests, and enough for its units.</summary>
internal static class MacRangeRules
{
    private const long AddressesInOui = 1 << 24;

    private static readonly Rule Syntax = new("order-mac-range-syntax", "FIRST..LAST, 12 hexadecimal digits each, or one address");
    private static readonly Rule Reversed = new("order-mac-range-reversed", "a range ends where it begins, or after");
    private static readonly Rule NotHeld = new("order-mac-range-not-held", "policies/policy.json device.heldOuis");
    private static readonly Rule Reserved = new("order-mac-range-reserved", "policies/policy.json device.testMacRange");
    private static readonly Rule Overlap = new("order-mac-ranges-overlap", "an address stands in one range of an order");
    private static readonly Rule TooFew = new("order-quantity-beyond-macs", "each unit has an address of its own");

    public static IEnumerable<Violation> Find(ProposedOrder order, DeviceSettings settings)
    {
        var ranges = new List<MacRange>();
        foreach (var text in order.MacRanges)
        {
            if (MacRange.TryParse(text, out var range))
                ranges.Add(range);
            else
                yield return ExplainUnread(text);
        }

        foreach (var violation in ranges.SelectMany(range => FindInRange(range, settings)).Concat(FindOverlaps(ranges)))
            yield return violation;
        if (
            ranges.Count == order.MacRanges.Count
            && ranges.Count > 0
            && CountOf(ranges, settings) is var addresses
            && addresses < order.Quantity
        )
            yield return TooFew.BrokenBy(
                "quantity",
                $"at most {addresses}, the addresses of the order",
                order.Quantity.ToString(CultureInfo.InvariantCulture),
                "The order is for more units than it has addresses.",
                "lower the quantity, or add a range"
            );
    }

    private static Violation ExplainUnread(string text) =>
        text.Split("..") is [var last, var first] && MacRange.TryParse($"{first}..{last}", out var meant)
            ? Reversed.BrokenBy("macRanges", meant.ToString(), text, "The range ends before it begins.", "exchange its ends")
            : Syntax.BrokenBy(
                "macRanges",
                "000E08100000..000E081003E7",
                text,
                "This is no range of MAC addresses.",
                "write the first and the last address"
            );

    private static IEnumerable<Violation> FindInRange(MacRange range, DeviceSettings settings)
    {
        if (range.IsEverything)
            yield break;
        if (range.First.Oui != range.Last.Oui || !settings.HeldOuis.Contains(range.First.Oui))
            yield return NotHeld.BrokenBy(
                "macRanges",
                "a range within one of " + string.Join(", ", settings.HeldOuis),
                range.ToString(),
                "These addresses are not all ours.",
                "mend the range; one that goes over several OUIs is written as several"
            );
        else if (Tests(settings).Overlaps(range))
            yield return Reserved.BrokenBy(
                "macRanges",
                $"no address of {Tests(settings)}",
                range.ToString(),
                "Addresses of the range are kept for test devices.",
                "end the range before them"
            );
    }

    private static IEnumerable<Violation> FindOverlaps(List<MacRange> ranges)
    {
        // Only neighbours in order can be the first to overlap.
        ranges.Sort((one, other) => string.CompareOrdinal(one.First.Upper, other.First.Upper));
        foreach (var (one, next) in ranges.Zip(ranges.Skip(1)).Where(pair => pair.First.Overlaps(pair.Second)))
            yield return Overlap.BrokenBy(
                "macRanges",
                $"addresses outside of {one}",
                next.ToString(),
                "Two ranges of the order share addresses.",
                "write each address once"
            );
    }

    private static long CountOf(IEnumerable<MacRange> ranges, DeviceSettings settings) =>
        ranges.Sum(range => range.IsEverything ? settings.HeldOuis.Count * AddressesInOui - Tests(settings).Count : range.Count);

    private static MacRange Tests(DeviceSettings settings) =>
        MacRange.Parse($"{settings.TestMacRange.First}..{settings.TestMacRange.Last}");
}
