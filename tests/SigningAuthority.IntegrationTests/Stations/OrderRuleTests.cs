using System.Net;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Production;
using Xunit;

namespace SigningAuthority.IntegrationTests.Stations;

/// <summary>What an order does not cover is refused with the reason, one line of a batch at a time.</summary>
[Collection(FactoryFlows.Name)]
public sealed class OrderRuleTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly OrderDesk _orders = new(authority);
    private readonly StationDesk _desk = new(authority.StationClient());

    [Fact]
    public async Task Each_line_of_a_batch_is_refused_for_its_own_reason()
    {
        var order = await _orders.MakeAsync(OrderDesk.Wide(quantity: 100));
        var now = DateTimeOffset.UtcNow;
        var ended = await _orders.MakeAsync(OrderDesk.Wide(10) with { NotAfter = now.AddDays(-1) });
        var future = await _orders.MakeAsync(OrderDesk.Wide(10) with { NotBefore = now.AddDays(1) });
        var others = await _orders.MakeAsync(OrderDesk.Wide(10) with { Stations = ["another-line"] });
        var narrow = await _orders.MakeAsync(
            OrderDesk.Wide(10) with
            {
                MacRanges = [MacRange.Parse("000E08E00000..000E08E0000F")],
                Serials = [SerialRule.Parse("FM9######")],
                Products = ["SPA504G"],
            }
        );

        var wide = OrderDesk.Wide(10);
        var otherMacs = await _orders.MakeAsync(wide with { MacRanges = [MacRange.Parse("000E08E00000..000E08E0000F")] });
        var otherSerials = await _orders.MakeAsync(OrderDesk.Wide(10) with { Serials = [SerialRule.Parse("FM9######")] });
        var otherProducts = await _orders.MakeAsync(OrderDesk.Wide(10) with { Products = ["SPA504G"] });
        var closed = await _orders.CloseAsync(await _orders.MakeAsync(OrderDesk.Wide(10)));
        var full = await _orders.MakeAsync(OrderDesk.Wide(1));
        Assert.Equal(HttpStatusCode.Created, (await _desk.SubmitAsync(OrderDesk.Draw(OrderDesk.Unit(), full))).Status);

        FactoryDevice done = OrderDesk.Unit(),
            good = OrderDesk.Unit(),
            last = OrderDesk.Unit();
        await _desk.SubmitAsync(OrderDesk.Draw(done, order));
        (string Outcome, object Line)[] lines =
        [
            ("Issued", OrderDesk.Draw(good, order)),
            ("device-has-another-key", OrderDesk.Draw(OrderDesk.Unit() with { Mac = done.Mac, Serial = done.Serial }, order)),
            ("serial-taken", OrderDesk.Draw(OrderDesk.Unit() with { Serial = done.Serial }, order)),
            ("key-of-device", OrderDesk.Draw(OrderDesk.Unit() with { Key = done.Key }, order)),
            ("order-ended", OrderDesk.Draw(OrderDesk.Unit(), ended)),
            ("order-not-begun", OrderDesk.Draw(OrderDesk.Unit(), future)),
            ("order-of-other-stations", OrderDesk.Draw(OrderDesk.Unit(), others)),
            ("order-of-other-products,order-of-other-macs,order-of-other-serials", OrderDesk.Draw(OrderDesk.Unit(), narrow)),
            ("order-of-other-macs", OrderDesk.Draw(OrderDesk.Unit(), otherMacs)),
            ("order-of-other-serials", OrderDesk.Draw(OrderDesk.Unit(), otherSerials)),
            ("order-of-other-products", OrderDesk.Draw(OrderDesk.Unit(), otherProducts)),
            ("order-closed", OrderDesk.Draw(OrderDesk.Unit(), closed)),
            ("order-exhausted", OrderDesk.Draw(OrderDesk.Unit(), full)),
            ("order-unknown", OrderDesk.Draw(OrderDesk.Unit(), order with { Name = "nobody-s" })),
            ("Issued", OrderDesk.Draw(last, order)),
        ];
        var answers = await _desk.BatchAsync(lines.Select(line => JsonSerializer.Serialize(line.Line)));

        Assert.Equal(lines.Select(line => line.Outcome), answers.OrderBy(answer => answer.GetProperty("line").GetInt32()).Select(Outcome));
        Assert.Equal((3, 3L, 3L), await _orders.CountAsync(order));
        Assert.Equal((1, 1L, 1L), await _orders.CountAsync(full));
        foreach (var other in (ProductionOrder[])[ended, future, others, narrow, otherMacs, otherSerials, otherProducts, closed])
            Assert.Equal((0, 0L, 0L), await _orders.CountAsync(other));
    }

    [Fact]
    public async Task A_line_whose_order_can_have_no_such_name_is_refused_alone()
    {
        var order = await _orders.MakeAsync(OrderDesk.Wide(quantity: 10));
        string[] names = ["\0", "week 47", "", new string('a', 64), "nobody-s", order.Name];

        var answers = await _desk.BatchAsync(
            names.Select(name => JsonSerializer.Serialize(OrderDesk.Draw(OrderDesk.Unit(), order with { Name = name })))
        );

        const string syntax = "order-name-syntax";
        Assert.Equal(
            [syntax, syntax, syntax, syntax, "order-unknown", "Issued"],
            answers.OrderBy(answer => answer.GetProperty("line").GetInt32()).Select(Outcome)
        );
    }

    private static string Outcome(JsonElement answer) =>
        answer.GetProperty("status").GetString() == "Issued"
            ? "Issued"
            : string.Join(
                ',',
                answer.GetProperty("violations").EnumerateArray().Select(violation => violation.GetProperty("code").GetString())
            );
}
