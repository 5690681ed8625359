using System.Globalization;
using System.Text.RegularExpressions;

namespace SigningAuthority.Issuance.Policy;

/// <summary>What a station asks to have held for it.</summary>
/// <param name="Key">The station's own name for the reservation.</param>
/// <param name="Draw">The order, and who asks when.</param>
/// <param name="Assigns">Whether we give addresses, and labels where the order's can be counted up.</param>
public sealed record ReservationFacts(string? Key, Draw Draw, string? Product, int Units, int Hours, bool Assigns);

/// <summary>A reservation keeps units of an order from others, so it is for few, and not for long.</summary>
internal sealed partial class ReservationRules : RuleSet<ReservationFacts>
{
    public const int MostUnits = 10_000;
    public const int MostHours = 31 * 24;

    private const string Source = "units are held for one station until a moment";

    private static readonly Rule KeySyntax = new("reservation-key", Source);
    private static readonly Rule OrderMissing = new(
        "reservation-order",
        "a production order is the only right to draw device certificates"
    );
    private static readonly Rule ProductMissing = new("reservation-product", Source);
    private static readonly Rule UnitsOutOfBounds = new("reservation-units", Source);
    private static readonly Rule HoursOutOfBounds = new("reservation-hours", Source);

    public ReservationRules() => Check(Find);

    private static IEnumerable<Violation> Find(ReservationFacts facts)
    {
        if (facts.Key is not { } key || !KeyForm().IsMatch(key))
            yield return KeySyntax.BrokenBy(
                "key",
                "1 to 63 letters, digits, \".\", \"_\" and \"-\"",
                string.IsNullOrEmpty(facts.Key) ? "nothing" : facts.Key,
                "A reservation has a name of the station's own, so that asking twice reserves once.",
                "\"key\": \"line-1.week-47\""
            );
        if (facts.Draw.Name is null)
            yield return OrderMissing.BrokenBy(
                "order",
                "the production order's name",
                "nothing",
                "Units are held of one order.",
                "\"order\": \"week-47\""
            );
        if (string.IsNullOrEmpty(facts.Product))
            yield return ProductMissing.BrokenBy(
                "product",
                "the units' product",
                "nothing",
                "Units are of one product.",
                "\"product\": \"SPA962\""
            );
        if (facts.Units is < 1 or > MostUnits)
            yield return UnitsOutOfBounds.BrokenBy(
                "units",
                string.Create(CultureInfo.InvariantCulture, $"1 to {MostUnits}"),
                facts.Units.ToString(CultureInfo.InvariantCulture),
                "No reservation is for so many units.",
                "make several reservations, each under a name of its own"
            );
        if (facts.Hours is < 1 or > MostHours)
            yield return HoursOutOfBounds.BrokenBy(
                "hours",
                string.Create(CultureInfo.InvariantCulture, $"1 to {MostHours}"),
                facts.Hours.ToString(CultureInfo.InvariantCulture),
                "No reservation is for so long.",
                "reserve again before it ends"
            );
        if (facts.Draw.Order is { } order)
        {
            foreach (
                var violation in ProductionOrderRules
                    .FindInRight(order, facts.Draw)
                    .Concat(ProductionOrderRules.FindInProduct(order, facts.Product))
            )
                yield return violation;
        }
        else if (facts.Draw.Name is { } name)
        {
            yield return ProductionOrderRules.Unknown.BrokenBy(
                "order",
                "an order of ours",
                name,
                "There is no such production order.",
                "operator order list"
            );
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,62}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex KeyForm();
}
