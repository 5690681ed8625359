using System.Globalization;
using System.Numerics;
using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Issuance.Production.Intake;

/// <summary>An order's serial numbers can be read, none stands in two ranges, and there are enough for its units.</summary>
internal static class SerialRangeRules
{
    private static readonly Rule Syntax = new(
        "order-serial-syntax",
        "a range FIRST..LAST of one length, or a pattern: # a digit, ? a letter or digit, * at the end anything"
    );
    private static readonly Rule Reversed = new("order-serial-range-reversed", "a range ends where it begins, or after");
    private static readonly Rule Overlap = new("order-serials-overlap", "a serial number stands in one range of an order");
    private static readonly Rule TooFew = new("order-quantity-beyond-serials", "each unit has a serial number of its own");

    public static IEnumerable<Violation> Find(ProposedOrder order)
    {
        var rules = new List<SerialRule>();
        foreach (var text in order.Serials)
        {
            if (SerialRule.TryParse(text, out var rule))
                rules.Add(rule);
            else
                yield return ExplainUnread(text);
        }

        for (var i = 1; i < rules.Count; i++)
        {
            if (rules.Take(i).FirstOrDefault(rules[i].Overlaps) is { } other)
                yield return Overlap.BrokenBy(
                    "serials",
                    $"serial numbers outside of {other}",
                    rules[i].ToString(),
                    "Two ranges of the order share serial numbers.",
                    "write each serial number once"
                );
        }

        if (rules.Count == order.Serials.Count && rules.Count > 0 && CountOf(rules) is { } serials && serials < order.Quantity)
            yield return TooFew.BrokenBy(
                "quantity",
                $"at most {serials}, the serial numbers of the order",
                order.Quantity.ToString(CultureInfo.InvariantCulture),
                "The order is for more units than it has serial numbers.",
                "lower the quantity, or add a range"
            );
    }

    private static Violation ExplainUnread(string text) =>
        text.Split("..") is [var last, var first] && SerialRule.TryParse($"{first}..{last}", out var meant)
            ? Reversed.BrokenBy("serials", meant.ToString(), text, "The range ends before it begins.", "exchange its ends")
            : Syntax.BrokenBy(
                "serials",
                "FM500H000001..FM500H001000, or FM500H######",
                text,
                "This is neither a range of serial numbers nor a pattern.",
                "write the first and the last serial number, of one length"
            );

    /// <summary>Null where it can't be said.</summary>
    private static BigInteger? CountOf(IEnumerable<SerialRule> rules) =>
        rules.Aggregate((BigInteger?)BigInteger.Zero, (sum, rule) => sum + rule.Count);
}
