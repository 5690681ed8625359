using System.Net;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Production;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Production;
using Xunit;

namespace SigningAuthority.IntegrationTests.Stations;

/// <summary>What an operator does with production orders, and what a station sees of them.</summary>
[Collection(FactoryFlows.Name)]
public sealed class OrderCommandTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private const string Line = RunningAuthority.Line;

    private readonly OrderDesk _orders = new(authority);
    private readonly StationDesk _desk = new(authority.StationClient());

    [Fact]
    public async Task An_order_is_made_drawn_from_shown_and_closed()
    {
        await CreateAsync("life", Line);
        var order = (await FindAsync("life"))!;
        Assert.Equal(HttpStatusCode.Created, (await _desk.SubmitAsync(OrderDesk.Draw(OrderDesk.Unit(), order))).Status);

        Assert.Contains(await LinesAsync("order", "list"), line => line.StartsWith("life 1/20 open ", StringComparison.Ordinal));
        var shown = (await LinesAsync("order", "show", "life")).Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries));
        var values = shown.ToDictionary(line => line[0], line => line[1]);
        Assert.Equal(
            ("1 of 20", "19", "1", "0", "open", "cn-mac-8021ar"),
            (values["drawn"], values["remaining"], values["issued"], values["failed"], values["state"], values["profile"])
        );

        await authority.OperatorAsync("order", "close", "life", "--reason", "line moved");
        ProblemAssert.Breaks(
            await _desk.SubmitAsync(OrderDesk.Draw(OrderDesk.Unit(), order)),
            HttpStatusCode.UnprocessableEntity,
            "order-closed"
        );
        Assert.DoesNotContain(await LinesAsync("order", "list"), line => line.StartsWith("life ", StringComparison.Ordinal));
        Assert.Contains(await LinesAsync("order", "list", "--all"), line => line.StartsWith("life 1/20 closed ", StringComparison.Ordinal));
        var entry = Assert
            .Single(await new IssuanceLogReader(authority).AwaitAsync($"type={OrderClosed.TypeName}&subject=life", 1))
            .GetProperty("entry");
        Assert.Equal(("line moved", 1), (entry.GetProperty("reason").GetString(), entry.GetProperty("drawn").GetInt32()));

        // Closed for good.
        var again = await authority.RunSignerVerbAsync("sa_operator", "operator", "order", "close", "life", "--reason", "again");
        Assert.Equal(1, again.ExitCode);
        Assert.Equal((1, 1L, 1L), await _orders.CountAsync(order));
    }

    [Fact]
    public async Task An_order_with_mistakes_is_not_made_and_each_of_them_is_told_and_written_down()
    {
        var result = await authority.RunSignerVerbAsync(
            "sa_operator",
            [
                "operator",
                .. OrderArguments("mistaken", "no-such-line", macs: "000E08FFF000..000E08FFFFFF"),
                "--product",
                "SPA000",
                "--until",
                "2020-01-01",
            ]
        );

        Assert.Equal(1, result.ExitCode);
        string[] codes = ["order-product-unknown", "order-mac-range-reserved", "order-station-unknown", "order-window-reversed"];
        Assert.All(codes, code => Assert.Contains(code, result.Error));
        Assert.Null(await FindAsync("mistaken"));
        var entry = Assert
            .Single(await new IssuanceLogReader(authority).AwaitAsync($"type={OrderRefused.TypeName}&subject=mistaken", 1))
            .GetProperty("entry");
        Assert.Equal(
            codes,
            entry.GetProperty("violations").EnumerateArray().Select(violation => violation.GetProperty("code").GetString())
        );
    }

    [Fact]
    public async Task Times_are_read_as_in_signed_files_and_told_in_UTC()
    {
        var told = await authority.OperatorAsync([
            .. OrderArguments("times", Line),
            "--from",
            "2026-01-01T00:00:00",
            "--until",
            "2090-01-01T00:00:00+02:00",
        ]);

        Assert.EndsWith("2089-12-31 22:00Z", told.TrimEnd());
        var order = (await FindAsync("times"))!;
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), order.NotBefore);
        await authority.OperatorAsync("order", "close", "times", "--reason", "test");
    }

    [Fact]
    public async Task A_station_sees_the_orders_that_it_may_draw_from_and_what_they_have_left()
    {
        var own = await _orders.MakeAsync(OrderDesk.Wide(5) with { Stations = [Line, "another-line"] });
        var others = await _orders.MakeAsync(OrderDesk.Wide(5) with { Stations = ["another-line"] });
        var ended = await _orders.MakeAsync(OrderDesk.Wide(5) with { NotAfter = DateTimeOffset.UtcNow.AddDays(-1) });
        await _desk.SubmitAsync(OrderDesk.Draw(OrderDesk.Unit(), own));

        JsonElement[] seen = [];
        await Eventually.TrueAsync(
            async () => (seen = [.. (await _desk.OrdersAsync()).Where(order => Is(order, own))]) is [var one] && Remaining(one) == 4,
            "the station sees its order with one unit drawn"
        );

        Assert.Equal(
            ("000E08000000..000E08FFFEFF", 5),
            (seen[0].GetProperty("macRanges")[0].GetString(), seen[0].GetProperty("quantity").GetInt32())
        );
        Assert.DoesNotContain(await _desk.OrdersAsync(), order => Is(order, others) || Is(order, ended));
    }

    private static bool Is(JsonElement seen, ProductionOrder order) => seen.GetProperty("name").GetString() == order.Name;

    private static int Remaining(JsonElement seen) => seen.GetProperty("remaining").GetInt32();

    private static string[] OrderArguments(string name, string station, string macs = "000E08000000..000E08FFFEFF") =>
        [
            "order",
            "create",
            name,
            "--product",
            "SPA962",
            "--mac",
            macs,
            "--serial",
            "OQ-######",
            "--station",
            station,
            "--quantity",
            "20",
            "--profile",
            "cn-mac-8021ar",
        ];

    private Task CreateAsync(string name, string station) => authority.OperatorAsync(OrderArguments(name, station));

    private async Task<IReadOnlyList<string>> LinesAsync(params string[] arguments) =>
        (await authority.OperatorAsync(arguments)).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private Task<ProductionOrder?> FindAsync(string name) =>
        new ProductionOrders(authority.Postgres.Connect("sa_operator", authority.Database)).FindAsync(name);
}
