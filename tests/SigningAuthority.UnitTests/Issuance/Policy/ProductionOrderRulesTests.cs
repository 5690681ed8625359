using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Production;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Policy;

/// <summary>An order for SPA504G with 256 addresses and the serial numbers FM500F1xxxxx, of station line-1, for two days.</summary>
public sealed class ProductionOrderRulesTests
{
    private static readonly ProductionOrder Order = ShippedPolicy.StandingOrder with
    {
        Name = "week-47",
        Products = ["SPA504G"],
        MacRanges = [MacRange.Parse("000E08ABCD00..000E08ABCDFF")],
        Serials = [SerialRule.Parse("FM500F1#####")],
        Stations = ["line-1"],
    };

    [Fact]
    public void A_unit_of_the_order_is_drawn_from_it() => Assert.Empty(Codes(Device(Order)));

    [Fact]
    public void Without_an_order_nothing_is_drawn()
    {
        Assert.Equal(["order-none"], Codes(ShippedPolicy.Device() with { Draw = null }));
        Assert.Equal(["order-none"], Codes(ShippedPolicy.Device() with { Draw = new Draw(null, null, "line-1", ShippedPolicy.Moment) }));
        Assert.Equal(
            ["order-unknown"],
            Codes(ShippedPolicy.Device() with { Draw = new Draw(null, "gone", "line-1", ShippedPolicy.Moment) })
        );
    }

    [Fact]
    public void A_test_device_needs_no_order() =>
        Assert.DoesNotContain(
            Codes(ShippedPolicy.Device() with { IsTest = true, Mac = "000E08FFFF01", Draw = null }),
            code => code.StartsWith("order", StringComparison.Ordinal)
        );

    [Fact]
    public void Another_stations_order_is_no_right() =>
        Assert.Equal(["order-of-other-stations"], Codes(Device(Order with { Stations = ["line-2"] })));

    [Fact]
    public void The_window_begins_with_its_first_moment_and_ends_before_its_last()
    {
        Assert.Empty(Codes(Device(Order, Order.NotBefore)));
        Assert.Equal(["order-not-begun"], Codes(Device(Order, Order.NotBefore.AddTicks(-1))));
        Assert.Empty(Codes(Device(Order, Order.NotAfter.AddTicks(-1))));
        Assert.Equal(["order-ended"], Codes(Device(Order, Order.NotAfter)));
    }

    [Fact]
    public void What_was_asked_for_before_the_order_was_closed_is_still_drawn()
    {
        var closed = Order with { ClosedAt = ShippedPolicy.Moment };
        Assert.Equal(["order-closed"], Codes(Device(closed)));
        Assert.Empty(Codes(Device(closed, ShippedPolicy.Moment.AddTicks(-1))));
    }

    [Fact]
    public void Each_part_of_a_unit_that_is_not_the_orders_is_said_at_once() =>
        Assert.Equal(
            ["order-of-other-macs", "order-of-other-products", "order-of-other-serials"],
            Codes(
                    Device(
                        Order with
                        {
                            Products = ["SPA962"],
                            MacRanges = [MacRange.Parse("000E08000000..000E080000FF")],
                            Serials = [SerialRule.Parse("FM9*")],
                        }
                    )
                )
                .Order(StringComparer.Ordinal)
        );

    [Fact]
    public void Nothing_is_drawn_from_an_order_whose_key_is_gone_or_withdrawn()
    {
        // The shipped key is withdrawn.
        Assert.Equal(["order-key-withdrawn"], Codes(Device(Order with { SignedBy = "example" })));
        Assert.Equal(["order-key-withdrawn"], Codes(Device(Order with { SignedBy = "gone" })));
    }

    [Fact]
    public void Nothing_is_drawn_from_an_order_that_is_not_what_its_file_says() =>
        Assert.Equal(["order-file-altered"], Codes(Device(Order with { ContradictsFile = true })));

    [Fact]
    public void An_order_with_a_profile_that_is_not_configured_draws_nothing() =>
        Assert.Equal(["order-profile-unknown"], Codes(Device(Order with { Profile = "gone" })));

    [Fact]
    public void The_orders_profile_decides_on_the_subject()
    {
        var subject = ShippedPolicy.Policy.Decide(Device(Order with { Profile = "sipura-doc" })).Approved!.Subject;
        Assert.Contains("ST=000e08abcdef", subject, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_the_orders_that_cover_a_unit_the_one_that_ends_first_is_drawn_from()
    {
        var later = Order with { Name = "later", NotAfter = Order.NotAfter.AddDays(1) };
        var closed = Order with { Name = "closed", ClosedAt = Order.NotBefore };
        var other = Order with { Name = "other", Products = ["SPA962"] };
        var unit = new UnitToDraw("line-1", "000E08ABCDEF", "FM500F100001", "SPA504G", ShippedPolicy.Moment);

        Assert.Equal("week-47", ProductionOrder.ChooseFor([later, closed, other, Order], unit)?.Name);
        Assert.Null(ProductionOrder.ChooseFor([closed, other, later with { Stations = ["line-2"] }, other with { Name = "more" }], unit));
        Assert.Equal("other", ProductionOrder.ChooseFor([closed, other], unit)?.Name);
    }

    [Fact]
    public void An_order_of_the_units_key_source_is_chosen_before_one_that_ends_first()
    {
        var keyed = Order with { Name = "keyed", NotAfter = Order.NotAfter.AddDays(1), KeySource = KeySource.Authority };
        var unit = new UnitToDraw("line-1", "000E08ABCDEF", "FM500F100001", "SPA504G", ShippedPolicy.Moment);

        Assert.Equal("week-47", ProductionOrder.ChooseFor([keyed, Order], unit)?.Name);
        Assert.Equal("keyed", ProductionOrder.ChooseFor([keyed, Order], unit with { KeySource = KeySource.Authority })?.Name);
        // So that the refusal can say what is wrong.
        Assert.Equal("keyed", ProductionOrder.ChooseFor([keyed], unit)?.Name);
    }

    [Fact]
    public void A_units_key_comes_from_where_the_order_says()
    {
        var keyed = Order with { KeySource = KeySource.Authority };

        Assert.Equal(["key-source-authority"], Codes(Device(keyed)));
        Assert.Empty(Codes(Device(keyed) with { HasKeyOfAuthority = true }));
        Assert.Equal(["key-source-device"], Codes(Device(Order) with { HasKeyOfAuthority = true }));
    }

    [Fact]
    public void A_key_pair_is_made_for_units_that_could_have_a_certificate()
    {
        var keyed = Order with { KeySource = KeySource.Authority };

        Assert.Empty(Judge(keyed, "000E08ABCDEF"));
        Assert.Equal(["key-source-device"], Judge(Order, "000E08ABCDEF"));
        Assert.Equal(["order-of-other-macs", "mac-oui-not-held"], Judge(keyed, "0050C2000001"));
        Assert.Equal(["order-none"], Judge(null, "000E08ABCDEF"));

        static IEnumerable<string> Judge(ProductionOrder? order, string mac) =>
            ShippedPolicy
                .Policy.Judge(
                    new KeyPairFacts(
                        mac,
                        "FM500F100001",
                        "SPA504G",
                        new Draw(order, null, "line-1", ShippedPolicy.Moment),
                        ShippedPolicy.Device().AvailableAuthorities
                    )
                )
                .Select(violation => violation.Code);
    }

    private static DeviceFacts Device(ProductionOrder order, DateTimeOffset? at = null) =>
        ShippedPolicy.Device() with
        {
            Draw = new Draw(order, order.Name, "line-1", at ?? ShippedPolicy.Moment),
        };

    private static IReadOnlyList<string> Codes(DeviceFacts facts) => ShippedPolicy.Codes(ShippedPolicy.Policy.Decide(facts));
}
