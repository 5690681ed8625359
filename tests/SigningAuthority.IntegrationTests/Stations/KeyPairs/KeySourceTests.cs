using System.Net;
using SigningAuthority.IntegrationTests.Faults;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Stations.Est;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Production;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Requests;
using Xunit;

namespace SigningAuthority.IntegrationTests.Stations.KeyPairs;

/// <summary>An order says where its units' keys come from; door and key room hold to it, and a door that lies gets nothing.</summary>
[Collection(FactoryFlows.Name)]
public sealed class KeySourceTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly KeyDesk _desk = new(authority);
    private readonly FactoryDevice _unit = OrderDesk.Unit();

    private Npgsql.NpgsqlDataSource Everything => authority.Postgres.Connect(PostgresCluster.Superuser, authority.Database);

    [Fact]
    public async Task No_key_is_made_for_an_order_whose_units_make_their_own()
    {
        var order = await _desk.OrderAsync(source: KeySource.Device);

        ProblemAssert.Breaks(
            await _desk.Station.SubmitAsync(KeyDesk.Wish(_unit, order)),
            HttpStatusCode.UnprocessableEntity,
            "key-source-device"
        );
        Assert.Single(await new IssuanceLogReader(authority).AwaitAsync($"type=request.refused&mac={_unit.Mac}", 1));
        Assert.Equal(0, await PairsAsync());
    }

    [Fact]
    public async Task A_units_own_key_is_refused_where_the_order_says_that_it_has_none()
    {
        var order = await _desk.OrderAsync();

        ProblemAssert.Breaks(
            await _desk.Station.SubmitAsync(OrderDesk.Draw(_unit, order)),
            HttpStatusCode.UnprocessableEntity,
            "key-source-authority"
        );
        var est = new EstDesk(authority);
        var answer = await est.EnrolAsync(
            order.Name + "/simpleenroll",
            await est.MakeAsync($"/OU={_unit.Product}/serialNumber={_unit.Serial}/CN={_unit.Mac}")
        );
        Assert.Contains("key-source-authority", answer.Text);
        ProblemAssert.Breaks(
            await _desk.Station.SubmitAsync(
                new
                {
                    mac = _unit.Mac,
                    serial = _unit.Serial,
                    product = _unit.Product,
                    csr = _unit.Csr,
                    generateKey = true,
                    order = order.Name,
                }
            ),
            HttpStatusCode.UnprocessableEntity,
            "csr-and-generate-key"
        );
        ProblemAssert.Breaks(
            await _desk.Station.SubmitAsync(
                new
                {
                    mac = _unit.Mac,
                    serial = _unit.Serial,
                    product = _unit.Product,
                    generateKey = true,
                    reissue = new { reason = "rework" },
                }
            ),
            HttpStatusCode.UnprocessableEntity,
            "reissue-and-generate-key"
        );
    }

    [Fact]
    public async Task Whatever_else_is_wrong_with_the_unit_is_said_at_once_and_no_key_is_made()
    {
        var order = await _desk.OrderAsync();

        ProblemAssert.Breaks(
            await _desk.Station.SubmitAsync(KeyDesk.Wish(_unit with { Mac = "0150C2000001", Product = "SPA9999" }, order)),
            HttpStatusCode.UnprocessableEntity,
            "mac-multicast",
            "product-unknown",
            "order-of-other-macs"
        );
        Assert.Equal(0, await Everything.ScalarAsync<long>("select count(*) from sa.key_pair where mac = '0150C2000001'"));
    }

    [Fact]
    public async Task What_can_be_no_unit_of_ours_is_refused_before_it_is_looked_up()
    {
        var order = await _desk.OrderAsync();

        ProblemAssert.Breaks(
            await _desk.Station.SubmitAsync(KeyDesk.Wish(_unit with { Serial = "OQ\0" }, order)),
            HttpStatusCode.UnprocessableEntity,
            "serial-syntax"
        );
        ProblemAssert.Breaks(
            await _desk.Station.SubmitAsync(KeyDesk.Wish(_unit with { Product = "SPA\0" }, order)),
            HttpStatusCode.UnprocessableEntity,
            "product-unknown"
        );
    }

    [Fact]
    public async Task A_key_that_was_made_for_one_station_is_not_given_to_another()
    {
        using var elsewhere = await authority.EnrolStationAsync("line-key-source");
        var order = await _desk.OrderAsync();
        await _desk.DrawAsync(_unit, order);

        ProblemAssert.Breaks(
            await new StationDesk(authority.Client(certificate: elsewhere)).SubmitAsync(KeyDesk.Wish(_unit, order)),
            HttpStatusCode.Conflict,
            "key-of-another-station"
        );
    }

    [Fact]
    public async Task A_key_stays_with_its_station_when_that_is_enrolled_again()
    {
        const string name = "line-key-again";
        var order = await _desk.OrderAsync();
        KeyedUnit drawn;
        using (var first = await authority.EnrolStationAsync(name))
            drawn = KeyedUnit.Of(await new StationDesk(authority.Client(certificate: first)).SubmitAsync(KeyDesk.Wish(_unit, order)));
        await authority.OperatorAsync("station", "revoke", name);

        using var again = await authority.EnrolStationAsync(name);
        var client = authority.Client(certificate: again);
        Assert.Equal(drawn, KeyedUnit.Of(await new StationDesk(client).SubmitAsync(KeyDesk.Wish(_unit, order))));
        Assert.Equal(HttpStatusCode.NoContent, (await client.AskAsync(HttpMethod.Delete, KeyDesk.KeysPath + drawn.KeyId)).Status);
    }

    [Fact]
    public async Task A_key_that_was_made_in_vain_is_abandoned_by_an_operator_and_the_unit_drawn_again()
    {
        using var elsewhere = await authority.EnrolStationAsync("line-key-abandoned");
        var others = new StationDesk(authority.Client(certificate: elsewhere));
        var order = await _desk.OrderAsync();
        await AskAsync(order, _unit, await StationIdAsync());
        await Eventually.TrueAsync(async () => await StateAsync(_unit) == "Made", "the key is made");
        ProblemAssert.Breaks(await others.SubmitAsync(KeyDesk.Wish(_unit, order)), HttpStatusCode.Conflict, "key-of-another-station");

        await authority.OperatorAsync("key", "abandon", _unit.Mac, "--reason", "line-1 burnt down");

        Assert.Equal(HttpStatusCode.Created, (await others.SubmitAsync(KeyDesk.Wish(_unit, order))).Status);
        Assert.Equal(
            "Abandoned,Made",
            await Everything.ScalarAsync<string>($"select string_agg(state, ',' order by state) from sa.key_pair where mac = '{_unit.Mac}'")
        );
        var entry = Assert.Single(await new IssuanceLogReader(authority).AwaitAsync($"type=key-pair.abandoned&mac={_unit.Mac}", 1));
        Assert.Equal("line-1 burnt down", entry.GetProperty("entry").GetProperty("reason").GetString());
        // Now it has a certificate.
        var late = await authority.RunSignerVerbAsync("sa_operator", "operator", "key", "abandon", _unit.Mac, "--reason", "again");
        Assert.Equal(1, late.ExitCode);
        Assert.Equal(2, await PairsAsync());
    }

    [Fact]
    public async Task No_more_keys_are_made_than_the_order_has_units()
    {
        var order = await _desk.OrderAsync(quantity: 1);
        var drawn = await _desk.DrawAsync(_unit, order);
        var next = OrderDesk.Unit();

        await Eventually.TrueAsync(
            async () => (await _desk.Station.SubmitAsync(KeyDesk.Wish(next, order))).ViolationCodes.Contains("order-exhausted"),
            "the order is exhausted"
        );
        Assert.Equal(drawn, await _desk.DrawAsync(_unit, order));
    }

    [Theory]
    [InlineData("a unit's own key", "key-source-authority")]
    [InlineData("a key that was made for another unit", "key-source-authority")]
    public async Task A_door_that_submits_another_key_under_such_an_order_is_refused_at_the_key(string what, string code)
    {
        var order = await _desk.OrderAsync();
        using var own = QuickKeys.Next();
        byte[] csr;
        if (what.StartsWith("a unit", StringComparison.Ordinal))
            csr = CertificationRequestBytes.Make("CN=x", own).Der;
        else
        {
            var other = OrderDesk.Unit();
            await AskAsync(order, other, await StationIdAsync());
            await Eventually.TrueAsync(async () => await StateAsync(other) == "Made", "the other unit's key is made");
            csr = await Everything.ScalarAsync<byte[]>($"select csr from sa.key_pair where mac = '{other.Mac}'");
            // It names the other unit; the rule about that is not the one that is tested.
            Assert.Contains(other.Mac, ReadCertificationRequest.Read(csr).Request!.CommonName);
        }

        var request = ReadCertificationRequest.Read(csr).Request!;
        var row = new NewSigningRequest(
            SigningRequestId.New(TimeProvider.System),
            RequestKind.Device,
            Lane.Device,
            null,
            await StationIdAsync(),
            csr,
            request.Sha256,
            request.Key.Sha256,
            null,
            _unit.Mac,
            _unit.Serial,
            _unit.Product,
            [],
            ["client"],
            null,
            null,
            null,
            "station/" + RunningAuthority.Line
        )
        {
            OrderId = order.Id,
        };
        await new SubmitSigningRequests(authority.Postgres.Connect("sa_api", authority.Database)).SubmitAsync([
            (row, StorageScenario.Submitted(row)),
        ]);

        await Eventually.TrueAsync(
            async () => await Everything.ScalarAsync<string>($"select state from sa.signing_request where id = '{row.Id}'") == "Refused",
            "the request is refused"
        );
        Assert.Contains(
            code,
            await Everything.ScalarAsync<string>($"select violations::text from sa.signing_request where id = '{row.Id}'")
        );
    }

    [Fact]
    public async Task A_door_that_asks_for_keys_without_right_gets_none()
    {
        var (station, authoritys, devices) = (
            await StationIdAsync(),
            await _desk.OrderAsync(),
            await _desk.OrderAsync(source: KeySource.Device)
        );
        var foreign = await new OrderDesk(authority).MakeAsync(
            OrderDesk.Wide(5) with
            {
                KeySource = KeySource.Authority,
                Stations = ["another-line"],
            }
        );

        await RefusedAtTheKeyAsync(devices, OrderDesk.Unit(), station, "key-source-device");
        await RefusedAtTheKeyAsync(authoritys, OrderDesk.Unit(), Guid.NewGuid(), "station-revoked");
        await RefusedAtTheKeyAsync(foreign, OrderDesk.Unit(), station, "order-of-other-stations");
        await RefusedAtTheKeyAsync(authoritys, _unit with { Mac = "0050C2000031" }, station, "mac-oui-not-held");
    }

    private async Task RefusedAtTheKeyAsync(ProductionOrder order, FactoryDevice unit, Guid station, string code)
    {
        await AskAsync(order, unit, station);
        await Eventually.TrueAsync(async () => await StateAsync(unit) == "Refused", "the key is refused");
        Assert.Contains(code, await Everything.ScalarAsync<string>($"select violations::text from sa.key_pair where mac = '{unit.Mac}'"));
        Assert.True(
            await Everything.ScalarAsync<bool>($"select envelope is null and csr is null from sa.key_pair where mac = '{unit.Mac}'")
        );
        Assert.Single(await new IssuanceLogReader(authority).AwaitAsync($"type=request.refused&mac={unit.Mac}", 1));
    }

    /// <summary>With all the rights of the front door's role, and none of its rules.</summary>
    private Task AskAsync(ProductionOrder order, FactoryDevice unit, Guid station) =>
        authority
            .Postgres.Connect("sa_api", authority.Database)
            .ExecuteAsync(
                $"""
                insert into sa.key_pair (id, order_id, station_id, mac, serial, product, requested_by)
                values (gen_random_uuid(), '{order.Id}', '{station}', '{unit.Mac}', '{unit.Serial}', '{unit.Product}', 'station/line-1')
                """
            );

    private Task<string> StateAsync(FactoryDevice unit) =>
        Everything.ScalarAsync<string>($"select state from sa.key_pair where mac = '{unit.Mac}'");

    private Task<long> PairsAsync() => Everything.ScalarAsync<long>($"select count(*) from sa.key_pair where mac = '{_unit.Mac}'");

    private Task<Guid> StationIdAsync() =>
        Everything.ScalarAsync<Guid>($"select id from sa.station where name = '{RunningAuthority.Line}' and revoked_at is null");
}
