using SigningAuthority.Issuance.Production;
using SigningAuthority.Issuance.Production.Intake;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Production.Intake;

/// <summary>What is wrong with an order is said when it is made, all of it at once, and not by a line that stands.</summary>
public sealed class ProposedOrderTests
{
    internal static readonly ProposedOrder Good = new()
    {
        Order = "week-47",
        Products = ["SPA962", "SPA504G"],
        MacRanges = ["000E08100000..000E081001F3", "000E08200000..000E082001F3"],
        Serials = ["FM500H000001..FM500H001000"],
        Quantity = 1000,
        Stations = ["line-1"],
        NotBefore = ShippedPolicy.Moment.AddHours(-1),
        NotAfter = ShippedPolicy.Moment.AddDays(7),
        Profile = "cn-mac-8021ar",
    };

    public static TheoryData<string, Func<ProposedOrder, ProposedOrder>> Wrong =>
        new()
        {
            { "order-name-syntax", order => order with { Order = "" } },
            { "order-name-syntax", order => order with { Order = "week 47" } },
            { "order-name-syntax", order => order with { Order = new string('a', 64) } },
            { "order-list-size", order => order with { Products = [] } },
            { "order-list-size", order => order with { MacRanges = [] } },
            { "order-list-size", order => order with { Serials = [] } },
            { "order-list-size", order => order with { Stations = [] } },
            { "order-list-size", order => order with { Stations = [.. Enumerable.Repeat("line-1", 201)] } },
            { "order-product-unknown", order => order with { Products = ["SPA000"] } },
            { "order-product-unknown", order => order with { Products = ["spa962"] } },
            { "order-mac-range-syntax", order => order with { MacRanges = ["000E08", .. order.MacRanges] } },
            { "order-mac-range-reversed", order => order with { MacRanges = ["000E081003E7..000E08100000"] } },
            { "order-mac-range-not-held", order => order with { MacRanges = ["0050C2000000..0050C2FFFFFF"] } },
            { "order-mac-range-not-held", order => order with { MacRanges = ["000E08100000..000E09000000"] } },
            { "order-mac-range-not-held", order => order with { MacRanges = ["000000000000..FFFFFFFFFFFF"], Quantity = 1 } },
            { "order-mac-range-reserved", order => order with { MacRanges = ["000E08FFF000..000E08FFFF00"] } },
            { "order-mac-ranges-overlap", order => order with { MacRanges = ["000E08100000..000E081003E7", "000E081003E7"] } },
            { "order-mac-ranges-overlap", order => order with { MacRanges = ["*", "000E08100000"] } },
            { "order-quantity-beyond-macs", order => order with { MacRanges = ["000E08100000..000E081003E6"] } },
            { "order-quantity-beyond-macs", order => order with { MacRanges = ["*"], Serials = ["*"], Quantity = 16_776_961 } },
            { "order-serial-syntax", order => order with { Serials = ["FM500H/1", .. order.Serials] } },
            { "order-serial-syntax", order => order with { Serials = ["FM1..FM1000"] } },
            { "order-serial-range-reversed", order => order with { Serials = ["FM500H009999..FM500H000001"] } },
            { "order-serials-overlap", order => order with { Serials = [.. order.Serials, "FM500H001000..FM500H002000"] } },
            { "order-serials-overlap", order => order with { Serials = ["FM######", "FM######"] } },
            { "order-quantity-beyond-serials", order => order with { Serials = ["FM500H000001..FM500H000999"] } },
            { "order-quantity-beyond-serials", order => order with { Serials = ["FM##", "FN?#"] } },
            { "order-quantity", order => order with { Quantity = 0 } },
            { "order-quantity", order => order with { Quantity = -1 } },
            { "order-profile-not-for-devices", order => order with { Profile = "gone" } },
            { "order-profile-not-for-devices", order => order with { Profile = "station" } },
            { "order-station-unknown", order => order with { Stations = ["line-1", "line-9"] } },
            { "order-window-reversed", order => order with { NotBefore = order.NotAfter } },
            { "order-window-past", order => order with { NotAfter = ShippedPolicy.Moment } },
        };

    [Fact]
    public void An_order_that_keeps_the_rules_is_made_as_it_was_written()
    {
        var (order, violations) = Intake().Check(Good);
        Assert.Empty(violations);
        Assert.Equal(("week-47", 1000, "cn-mac-8021ar", null), (order!.Name, order.Quantity, order.Profile, order.SignedBy));
        Assert.Equal(Good.MacRanges, order.MacRanges.Select(range => range.ToString()));
        Assert.Equal(Good.Serials, order.Serials.Select(rule => rule.ToString()));
        Assert.Equal((Good.NotBefore, Good.NotAfter), (order.NotBefore, order.NotAfter));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Each_mistake_is_refused_with_its_own_code_and_the_way_to_mend_it(string code, Func<ProposedOrder, ProposedOrder> change)
    {
        var (order, violations) = Intake().Check(change(Good));
        Assert.Null(order);
        Assert.Equal([code], violations.Select(violation => violation.Code).Distinct());
        Assert.All(violations, violation => Assert.NotEqual("", violation.Fix));
    }

    [Fact]
    public void All_mistakes_are_told_at_once() =>
        Assert.Equal(
            ["order-product-unknown", "order-mac-range-reversed", "order-quantity", "order-station-unknown", "order-window-reversed"],
            Intake()
                .Check(
                    Good with
                    {
                        Products = ["SPA000"],
                        MacRanges = ["000E08100001..000E08100000"],
                        Quantity = 0,
                        Stations = ["line-9"],
                        NotAfter = Good.NotBefore,
                    }
                )
                .Violations.Select(violation => violation.Code)
        );

    [Fact]
    public void A_standing_order_is_for_everything() =>
        Assert.Empty(
            Intake()
                .Check(
                    Good with
                    {
                        Products = [ProductionOrder.Any],
                        MacRanges = [ProductionOrder.Any],
                        Serials = ["*"],
                        Stations = [ProductionOrder.Any],
                        Quantity = 16_776_960,
                        Profile = null,
                    }
                )
                .Violations
        );

    internal static OrderIntake Intake(SigningAuthority.Issuance.Configuration.AuthorityConfiguration? configuration = null) =>
        new(configuration ?? ShippedPolicy.Configuration, ["line-1", "line-2"], new StandingTime(ShippedPolicy.Moment));

    internal sealed class StandingTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
