using System.Net;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Production;
using Xunit;

namespace SigningAuthority.IntegrationTests.Stations;

/// <summary>A line that may lose its link has units of its order held for it: whatever others draw meanwhile, it can draw them.</summary>
[Collection(FactoryFlows.Name)]
public sealed class ReservationTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly OrderDesk _orders = new(authority);
    private readonly StationDesk _desk = new(authority.StationClient());
    private readonly IssuanceLogReader _log = new(authority);

    [Fact]
    public async Task What_is_held_for_a_line_is_drawn_by_it_though_others_use_up_the_rest()
    {
        var order = await _orders.MakeAsync(OrderDesk.Wide(quantity: 5));
        using var other = await authority.EnrolStationAsync("reserve-other-" + order.Name);
        var others = new StationDesk(authority.Client(certificate: other));
        Assert.Equal(HttpStatusCode.Created, (await _desk.ReserveAsync("own", order.Name, 3)).Status);

        var theirs = await BatchAsync(others, order, 4);
        var ours = await BatchAsync(_desk, order, 4);

        Assert.Equal((2, 2), (theirs.Count(IsIssued), theirs.Count(answer => Codes(answer) == "order-exhausted")));
        Assert.Equal((3, 1), (ours.Count(IsIssued), ours.Count(answer => Codes(answer) == "order-exhausted")));
        Assert.Equal((5, 0), await CountAsync(order));
        Assert.Equal((3, 0, "Open"), await LookAsync("own", order));
    }

    [Fact]
    public async Task The_same_reservation_again_reserves_nothing_more_and_gives_the_same_units()
    {
        var order = await _orders.MakeAsync(Narrow(10, "000E08D20000..000E08D200FF", "RSA-0001..RSA-0099"));
        var first = await _desk.ReserveAsync("again-" + order.Name, order.Name, 4, assign: true);
        var second = await _desk.ReserveAsync("again-" + order.Name, order.Name, 4, assign: true);
        var another = await _desk.ReserveAsync("again-" + order.Name, order.Name, 5, assign: true);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (first.Status, second.Status));
        Assert.Equal(first.Text, second.Text);
        ProblemAssert.Breaks(another, HttpStatusCode.Conflict, "reservation-key-reused");
        Assert.Equal((0, 4), await CountAsync(order));
        Assert.Single(await _log.AwaitAsync($"type=reservation.made&subject={order.Name}", 1));
    }

    [Fact]
    public async Task Assigned_addresses_and_labels_are_no_one_elses_and_only_their_line_draws_them()
    {
        var order = await _orders.MakeAsync(Narrow(20, "000E08D21000..000E08D210FF", "RSB-0001..RSB-0099"));
        // A unit that has its certificate keeps its address and its label.
        var taken = OrderDesk.Unit() with
        {
            Mac = "000E08D21000",
            Serial = "RSB-0002",
        };
        Assert.Equal(HttpStatusCode.Created, (await _desk.SubmitAsync(OrderDesk.Draw(taken, order))).Status);
        using var other = await authority.EnrolStationAsync("reserve-assigned-" + order.Name);
        var others = new StationDesk(authority.Client(certificate: other));

        var both = await Task.WhenAll(
            _desk.ReserveAsync("assigned-" + order.Name, order.Name, 5, assign: true),
            others.ReserveAsync("assigned-" + order.Name, order.Name, 5, assign: true)
        );
        var units = both.Select(Assigned).ToList();
        var (ours, theirs) = (units[0], units[1]);
        var all = units.SelectMany(unit => unit).ToList();

        Assert.Equal(10, all.Select(unit => unit.Mac).Except([taken.Mac]).Distinct().Count());
        Assert.Equal(10, all.Select(unit => unit.Serial).Except([taken.Serial]).Distinct().Count());
        ProblemAssert.Breaks(await DrawAsync(_desk, order, theirs[0]), HttpStatusCode.Conflict, "unit-reserved");
        ProblemAssert.Breaks(
            await DrawAsync(_desk, order, ours[0] with { Serial = ours[1].Serial }),
            HttpStatusCode.Conflict,
            "unit-reserved"
        );
        Assert.Equal(HttpStatusCode.Created, (await DrawAsync(_desk, order, ours[0])).Status);
        Assert.Equal(HttpStatusCode.Created, (await DrawAsync(others, order, theirs[0])).Status);
        Assert.Equal((3, 8), await CountAsync(order));
    }

    [Fact]
    public async Task What_is_left_is_given_back_by_a_release_and_by_time()
    {
        var order = await _orders.MakeAsync(OrderDesk.Wide(quantity: 4));
        Assert.Equal(HttpStatusCode.Created, (await _desk.ReserveAsync("given-" + order.Name, order.Name, 3)).Status);
        Assert.Single(await BatchAsync(_desk, order, 1), IsIssued);
        Assert.Equal(HttpStatusCode.OK, (await _desk.ReleaseAsync("given-" + order.Name)).Status);
        Assert.Equal(HttpStatusCode.OK, (await _desk.ReleaseAsync("given-" + order.Name)).Status);
        Assert.Equal((1, 0), await CountAsync(order));
        Assert.Equal((1, 0, "Released"), await LookAsync("given-" + order.Name, order));

        Assert.Equal(HttpStatusCode.Created, (await _desk.ReserveAsync("late-" + order.Name, order.Name, 3)).Status);
        // An hour is the shortest that a station may ask for.
        await ExecuteAsync($"update sa.reservation set expires_at = now() - interval '1 minute' where key = 'late-{order.Name}'");
        await Eventually.TrueAsync(async () => await CountAsync(order) == (1, 0), "the reservation expires");
        Assert.Equal((0, 0, "Expired"), await LookAsync("late-" + order.Name, order));
        Assert.Equal(2, (await _log.AwaitAsync($"type=reservation.ended&subject={order.Name}", 2)).Count);
        Assert.Equal(HttpStatusCode.NotFound, (await _desk.ReleaseAsync("never-made")).Status);
    }

    [Fact]
    public async Task Reservations_and_draws_together_never_exceed_the_quantity_whoever_asks_at_once()
    {
        var order = await _orders.MakeAsync(OrderDesk.Wide(quantity: 40));
        using var other = await authority.EnrolStationAsync("reserve-race-" + order.Name);
        StationDesk[] desks = [_desk, new StationDesk(authority.Client(certificate: other))];

        var reserving = Enumerable.Range(0, 12).Select(i => desks[i % 2].ReserveAsync($"race-{order.Name}-{i}", order.Name, 3)).ToList();
        var drawing = Enumerable.Range(0, 12).Select(i => BatchAsync(desks[i % 2], order, 3)).ToList();
        var reserved = (await Task.WhenAll(reserving)).Count(answer => answer.Status == HttpStatusCode.Created) * 3;
        await Task.WhenAll(drawing);
        // Whatever order they came in: what is held is drawn now, and nothing beyond.
        foreach (var desk in desks)
            await BatchAsync(desk, order, 40);

        Assert.Equal((40, 0), await CountAsync(order));
        Assert.Equal(40, (await _orders.CountAsync(order)).Certificates);
        Assert.InRange(reserved, 1, 36);
    }

    [Fact]
    public async Task A_reservation_that_an_order_does_not_allow_is_refused_with_every_reason()
    {
        var order = await _orders.MakeAsync(OrderDesk.Wide(quantity: 2) with { Products = ["SPA942"], Stations = ["elsewhere"] });

        ProblemAssert.Breaks(
            await _desk.ReserveAsync("no key!", order.Name, 0),
            HttpStatusCode.UnprocessableEntity,
            "reservation-key",
            "reservation-units",
            "order-of-other-stations",
            "order-of-other-products"
        );
        var small = await _orders.MakeAsync(OrderDesk.Wide(quantity: 2));
        ProblemAssert.Breaks(
            await _desk.ReserveAsync("too-many", small.Name, 3),
            HttpStatusCode.UnprocessableEntity,
            "reservation-exceeds-order"
        );
        ProblemAssert.Breaks(await _desk.ReserveAsync("unknown", "no-such-order", 3), HttpStatusCode.UnprocessableEntity, "order-unknown");
    }

    [Fact]
    public async Task Signctl_reserves_units_writes_what_they_are_assigned_and_gives_them_back()
    {
        var order = await _orders.MakeAsync(Narrow(10, "000E08D22000..000E08D220FF", "RSC-####"));
        var file = Path.Combine(authority.Scratch, order.Name + ".ndjson");
        string[] reserve =
        [
            "reserve",
            "--order",
            order.Name,
            "--product",
            "SPA962",
            "--units",
            "3",
            "--name",
            order.Name,
            "--assign",
            "--out",
            file,
        ];
        (await authority.StationSignctlAsync(reserve)).MustSucceed();
        var units = (await File.ReadAllLinesAsync(file)).Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToList();
        var released = (await authority.StationSignctlAsync("reservations", "--release", order.Name)).MustSucceed();

        Assert.Equal(["000E08D22000", "000E08D22001", "000E08D22002"], units.Select(unit => unit.GetProperty("mac").GetString()));
        Assert.Equal(["RSC-0000", "RSC-0001", "RSC-0002"], units.Select(unit => unit.GetProperty("serial").GetString()));
        Assert.Contains("Released", released.Output, StringComparison.Ordinal);
        Assert.Contains(order.Name, (await authority.StationSignctlAsync("reservations")).MustSucceed().Output, StringComparison.Ordinal);
        Assert.Equal((0, 0), await CountAsync(order));
    }

    private static ProductionOrder Narrow(int quantity, string macs, string serials) =>
        OrderDesk.Wide(quantity) with
        {
            MacRanges = [MacRange.Parse(macs)],
            Serials = [SerialRule.Parse(serials)],
        };

    private static async Task<IReadOnlyList<JsonElement>> BatchAsync(StationDesk desk, ProductionOrder order, int units) =>
        await desk.BatchAsync(Enumerable.Range(0, units).Select(_ => JsonSerializer.Serialize(OrderDesk.Draw(OrderDesk.Unit(), order))));

    private static Task<Answer> DrawAsync(StationDesk desk, ProductionOrder order, (string Mac, string Serial) unit) =>
        desk.SubmitAsync(OrderDesk.Draw(OrderDesk.Unit() with { Mac = unit.Mac, Serial = unit.Serial }, order));

    private static List<(string Mac, string Serial)> Assigned(Answer answer) =>
        [
            .. JsonSerializer
                .Deserialize<JsonElement>(answer.Text)
                .GetProperty("devices")
                .EnumerateArray()
                .Select(unit => (unit.GetProperty("mac").GetString()!, unit.GetProperty("serial").GetString()!)),
        ];

    private static bool IsIssued(JsonElement answer) => answer.GetProperty("status").GetString() == "Issued";

    private static string Codes(JsonElement answer) =>
        answer.TryGetProperty("violations", out var violations)
            ? string.Join(',', violations.EnumerateArray().Select(violation => violation.GetProperty("code").GetString()))
            : "";

    /// <summary>Units drawn, and units held, as the order's row says.</summary>
    private async Task<(int Drawn, int Reserved)> CountAsync(ProductionOrder order) =>
        (
            await ScalarAsync<int>($"select drawn from sa.production_order where id = '{order.Id}'"),
            await ScalarAsync<int>($"select reserved from sa.production_order where id = '{order.Id}'")
        );

    /// <summary>The reservation in the station's list.</summary>
    private async Task<(int Drawn, int Left, string Status)> LookAsync(string key, ProductionOrder order)
    {
        var answer = await authority.StationClient().AskAsync(HttpMethod.Get, StationDesk.ReservationsPath);
        var found = JsonSerializer
            .Deserialize<JsonElement>(answer.Text)
            .GetProperty("reservations")
            .EnumerateArray()
            .Single(one => one.GetProperty("key").GetString() == key && one.GetProperty("order").GetString() == order.Name);
        return (found.GetProperty("drawn").GetInt32(), found.GetProperty("left").GetInt32(), found.GetProperty("status").GetString()!);
    }

    private Task<T> ScalarAsync<T>(string sql) =>
        authority.Postgres.Connect(PostgresCluster.Superuser, authority.Database).ScalarAsync<T>(sql);

    private async Task ExecuteAsync(string sql)
    {
        await using var command = authority.Postgres.Connect(PostgresCluster.Superuser, authority.Database).CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
