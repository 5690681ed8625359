using System.Globalization;
using SigningAuthority.Issuance.Production;

namespace SigningAuthority.Issuance.Policy;

/// <summary>
/// The rules of an order that no decision in memory can keep: how many units are drawn, and how many reissued, is counted where all front
/// doors meet, in the database, in the same statement that draws them.
/// </summary>
public static class ExhaustedOrder
{
    private static readonly Rule Exhausted = new("order-exhausted", "a production order is for a quantity of units, and no unit more");

    private static readonly Rule ReissuesExhausted = new(
        "order-reissues-exhausted",
        "a production order is for a quantity of units, and no more reissues than that"
    );

    public static Violation Explain(ProductionOrder order) =>
        Exhausted.BrokenBy(
            "order",
            string.Create(CultureInfo.InvariantCulture, $"one of the {order.Quantity} units of the order"),
            order.Name,
            "All units of the production order have been drawn, or are reserved for other stations.",
            "ask the operator for another order; a unit that was refused or failed gave its place back"
        );

    public static Violation ExplainReissues(ProductionOrder order) =>
        ReissuesExhausted.BrokenBy(
            "order",
            string.Create(CultureInfo.InvariantCulture, $"one of the {order.Quantity} reissues of the order"),
            order.Name,
            "As many certificates were replaced under the production order as it has units.",
            "name another order of this station that covers the unit, or ask the operator for one"
        );
}
