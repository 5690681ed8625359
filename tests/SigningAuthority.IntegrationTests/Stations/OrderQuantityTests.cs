using System.Net;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Production;
using Xunit;

namespace SigningAuthority.IntegrationTests.Stations;

/// <summary>An order is for a quantity of units, and however many stations ask at once, that many come out.</summary>
[Collection(FactoryFlows.Name)]
public sealed class OrderQuantityTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private const int StationsAtOnce = 64;

    private readonly OrderDesk _orders = new(authority);
    private readonly StationDesk _desk = new(authority.StationClient());

    [Fact]
    public async Task Exactly_the_quantity_is_drawn_by_64_stations_at_once_through_two_front_doors()
    {
        var order = await _orders.MakeAsync(OrderDesk.Wide(quantity: 70));
        var hall = await ManyStations.EnrolAsync(authority, [.. Enumerable.Range(1, StationsAtOnce).Select(i => $"quantity-{i}")]);
        await using var other = await FurtherApi.StartAsync(authority, Repository.CaConfig);
        var doors = hall.Select(
                (station, i) => new StationDesk(i % 2 == 0 ? authority.Client(certificate: station) : other.StationClient(station))
            )
            .ToList();

        // Half of them ask for one unit after the other, the others for batches: 128 units and more for 70 places.
        var outcomes = (
            await Task.WhenAll(
                Enumerable.Range(0, StationsAtOnce).Select(i => i % 4 < 2 ? OneByOneAsync(doors[i], order) : TogetherAsync(doors[i], order))
            )
        )
            .SelectMany(outcome => outcome)
            .ToList();

        Assert.Equal((70, 70L, 70L), await _orders.CountAsync(order));
        Assert.Equal(StationsAtOnce / 2 * (2 + 3), outcomes.Count);
        Assert.Equal(70, outcomes.Count(outcome => outcome == "issued"));
        Assert.Equal(outcomes.Count - 70, outcomes.Count(outcome => outcome == "order-exhausted"));
    }

    [Fact]
    public async Task A_batch_beyond_the_quantity_gets_what_is_left_and_the_reason_for_each_other_line()
    {
        var order = await _orders.MakeAsync(OrderDesk.Wide(quantity: 3));
        var first = OrderDesk.Unit();
        Assert.Equal(HttpStatusCode.Created, (await _desk.SubmitAsync(OrderDesk.Draw(first, order))).Status);

        var units = Enumerable.Range(0, 5).Select(_ => OrderDesk.Unit()).ToList();
        // The unit that has its certificate is no further one, nor is one that stands twice in the batch.
        FactoryDevice[] lines = [first, units[0], units[0], .. units[1..]];
        var answers = await _desk.BatchAsync(lines.Select(unit => JsonSerializer.Serialize(OrderDesk.Draw(unit, order))));

        // Which units those are, the door's groups decide; all that are left are given out.
        var issued = answers.Where(answer => Outcome(answer) == "issued").ToList();
        Assert.Equal(3, issued.Select(answer => answer.GetProperty("mac").GetString()).Distinct().Count());
        Assert.Equal(7 - issued.Count, answers.Count(answer => Outcome(answer) == "order-exhausted"));
        Assert.Equal((3, 3L, 3L), await _orders.CountAsync(order));

        // Whoever has a certificate gets it again, whatever is left; everybody else is told.
        Assert.Equal(HttpStatusCode.OK, (await _desk.SubmitAsync(OrderDesk.Draw(first, order))).Status);
        ProblemAssert.Breaks(
            await _desk.SubmitAsync(OrderDesk.Draw(OrderDesk.Unit(), order)),
            HttpStatusCode.UnprocessableEntity,
            "order-exhausted"
        );
    }

    /// <summary>Two orders cover the same units, and the station names none: what the one lacks comes from the other.</summary>
    [Fact]
    public async Task Where_no_order_is_named_the_units_that_one_lacks_are_drawn_from_another()
    {
        // They end before every other order that lets these units.
        var serials = new[] { SerialRule.Parse("TWO-*") };
        var ending = DateTimeOffset.UtcNow.AddMinutes(30);
        var second = await _orders.MakeAsync(OrderDesk.Wide(quantity: 3) with { Serials = serials, NotAfter = ending.AddMinutes(1) });
        var first = await _orders.MakeAsync(OrderDesk.Wide(quantity: 3) with { Serials = serials, NotAfter = ending });
        await Eventually.TrueAsync(
            async () =>
            {
                Assert.Equal(HttpStatusCode.Created, (await _desk.SubmitAsync(Unassigned())).Status);
                return (await _orders.CountAsync(first)).Drawn == 1;
            },
            "the door knows the orders"
        );

        var answers = await _desk.BatchAsync(Enumerable.Range(0, 4).Select(_ => JsonSerializer.Serialize(Unassigned())));

        Assert.All(answers, answer => Assert.Equal("issued", Outcome(answer)));
        Assert.Equal((3, 3L, 3L), await _orders.CountAsync(first));
        Assert.Equal((2, 2L, 2L), await _orders.CountAsync(second));
    }

    /// <summary>What a station sends that leaves the order to us.</summary>
    private static object Unassigned()
    {
        var unit = OrderDesk.Unit();
        return new
        {
            mac = unit.Mac,
            serial = "TWO-" + unit.Serial,
            product = unit.Product,
            csr = unit.Csr,
        };
    }

    private static async Task<IReadOnlyList<string>> OneByOneAsync(StationDesk desk, ProductionOrder order)
    {
        var outcomes = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            var answer = await desk.SubmitAsync(OrderDesk.Draw(OrderDesk.Unit(), order));
            outcomes.Add(answer.Status == HttpStatusCode.Created ? "issued" : string.Join(',', answer.ViolationCodes));
        }

        return outcomes;
    }

    private static async Task<IReadOnlyList<string>> TogetherAsync(StationDesk desk, ProductionOrder order)
    {
        var lines = Enumerable.Range(0, 3).Select(_ => JsonSerializer.Serialize(OrderDesk.Draw(OrderDesk.Unit(), order)));
        return [.. (await desk.BatchAsync(lines)).Select(Outcome)];
    }

    private static string Outcome(JsonElement answer) =>
        answer.GetProperty("status").GetString() == "Issued"
            ? "issued"
            : string.Join(
                ',',
                answer.GetProperty("violations").EnumerateArray().Select(violation => violation.GetProperty("code").GetString())
            );
}
