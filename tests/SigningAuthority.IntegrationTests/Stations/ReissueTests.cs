using System.Net;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Faults;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using Xunit;

namespace SigningAuthority.IntegrationTests.Stations;

/// <summary>A unit has one certificate at a time: another key is refused but for an explicit reissue, which revokes the one before.</summary>
[Collection(FactoryFlows.Name)]
public sealed class ReissueTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private const string Rework = "rework";
    private readonly StationDesk _desk = new(authority.StationClient());
    private readonly IssuanceLogReader _log = new(authority);

    private Npgsql.NpgsqlDataSource Everything => authority.Postgres.Connect(PostgresCluster.Superuser, authority.Database);

    [Theory]
    [InlineData("scrap", "cessationOfOperation")]
    [InlineData(Rework, "superseded")]
    [InlineData("defect", "superseded")]
    public async Task A_reissue_gives_the_unit_another_certificate_and_revokes_the_first_in_the_same_act(string reason, string revocation)
    {
        var unit = Make();
        var first = await _desk.SubmitAsync(unit.Submission);
        var drawn = await DrawnAsync();
        var again = Again(unit);

        var second = await _desk.SubmitAsync(again.Reissue(reason, "board 7"));

        Assert.True(second.Status == HttpStatusCode.Created, second.ToString());
        Assert.NotEqual(first.Member("certificate"), second.Member("certificate"));
        Assert.Equal(drawn, await DrawnAsync());
        Assert.Equal(
            $"{first.Member("serialNumber")} {revocation}",
            await Everything.ScalarAsync<string>(
                $"select upper(encode(serial_number, 'hex')) || ' ' || reason from sa.certificate_revocation join sa.certificate using (request_id, authority) join sa.signing_request r on r.id = request_id where r.mac = '{unit.Mac}'"
            )
        );
        // One transaction, which is what the log says of its entries.
        Assert.Equal(
            1,
            await Everything.ScalarAsync<long>(
                $"select count(distinct xid) from sa.log_entry where mac = '{unit.Mac}' and (type = 'revocation.requested' or type = 'request.submitted' and request_id = '{second.Member("id")}')"
            )
        );
        var submitted = (await _log.AwaitAsync($"type=request.submitted&mac={unit.Mac}", 2))
            .Select(entry => entry.GetProperty("entry"))
            .Single(entry => entry.TryGetProperty("issue", out _));
        Assert.Equal(
            (2, reason, first.Member("id")),
            (
                submitted.GetProperty("issue").GetInt32(),
                submitted.GetProperty("reissueReason").GetString(),
                submitted.GetProperty("succeeds").GetString()
            )
        );
        Assert.Single(await _log.AwaitAsync($"type=revocation.requested&mac={unit.Mac}&serial={unit.Serial}", 1));
    }

    [Fact]
    public async Task After_a_reissue_the_new_key_gets_its_certificate_again_and_the_old_key_never()
    {
        var unit = Make();
        await _desk.CertifyAsync(unit);
        var again = Again(unit);
        var second = await _desk.SubmitAsync(again.Reissue(Rework));

        foreach (var repeated in new[] { again.Reissue(Rework), again.Submission })
        {
            var answer = await _desk.SubmitAsync(repeated);
            Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
            Assert.Equal(second.Text, answer.Text);
        }

        ProblemAssert.Breaks(await _desk.SubmitAsync(unit.Submission), HttpStatusCode.Conflict, "device-certificate-revoked");
        ProblemAssert.Breaks(
            await _desk.SubmitAsync(unit.Reissue(Rework, of: second.Member("serialNumber"))),
            HttpStatusCode.Conflict,
            "device-certificate-revoked"
        );
    }

    [Fact]
    public async Task Another_key_is_refused_and_the_refusal_names_the_way()
    {
        var unit = Make();
        await _desk.CertifyAsync(unit);

        var refused = await _desk.SubmitAsync(Again(unit).Submission);

        ProblemAssert.Breaks(refused, HttpStatusCode.Conflict, "device-has-another-key");
        Assert.Contains("\"reissue\"", Assert.Single(refused.Violations).GetProperty("fix").GetString());
    }

    [Fact]
    public async Task A_second_reissue_names_the_certificate_that_it_replaces()
    {
        var (unit, serialNumber) = (Make(), "");
        await _desk.CertifyAsync(unit);
        serialNumber = (await _desk.SubmitAsync(Again(unit).Reissue(Rework))).Member("serialNumber");
        var third = Again(unit);

        foreach (var of in new[] { null, "4C01" })
            ProblemAssert.Breaks(
                await _desk.SubmitAsync(third.Reissue("defect", of: of)),
                HttpStatusCode.Conflict,
                "reissue-of-another-certificate"
            );
        var issued = await _desk.SubmitAsync(third.Reissue("defect", of: serialNumber));

        Assert.True(issued.Status == HttpStatusCode.Created, issued.ToString());
        await RequireLiveAsync(unit, issued.Member("serialNumber"));
    }

    [Fact]
    public async Task A_reissue_that_does_not_fit_its_unit_is_refused_and_revokes_nothing()
    {
        var (unit, other, fresh) = (Make(), Make(), Make());
        var first = await _desk.SubmitAsync(unit.Submission);
        await _desk.CertifyAsync(other);
        var again = Again(unit);

        ProblemAssert.Breaks(await _desk.SubmitAsync(fresh.Reissue(Rework)), HttpStatusCode.Conflict, "reissue-nothing-issued");
        ProblemAssert.Breaks(await _desk.SubmitAsync(unit.Reissue(Rework)), HttpStatusCode.Conflict, "reissue-needs-new-key");
        ProblemAssert.Breaks(await _desk.SubmitAsync(again.Reissue("lost")), HttpStatusCode.UnprocessableEntity, "reissue-reason");
        ProblemAssert.Breaks(
            await _desk.SubmitAsync((again with { Serial = fresh.Serial }).Reissue(Rework)),
            HttpStatusCode.UnprocessableEntity,
            "reissue-of-another-unit"
        );
        ProblemAssert.Breaks(
            await _desk.SubmitAsync((unit with { Key = other.Key }).Reissue(Rework)),
            HttpStatusCode.UnprocessableEntity,
            "key-of-device"
        );
        await RequireLiveAsync(unit, first.Member("serialNumber"));
    }

    [Fact]
    public async Task Thirty_two_reissues_of_one_unit_at_once_make_one_certificate_more()
    {
        var unit = Make();
        await _desk.CertifyAsync(unit);

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => _desk.SubmitAsync(Again(unit).Reissue(Rework))));

        var issued = Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.All(
            answers.Where(answer => answer != issued),
            answer =>
            {
                ProblemAssert.Is(answer, HttpStatusCode.Conflict, "device-conflict");
                Assert.Single(answer.Violations);
            }
        );
        Assert.Equal(
            2,
            await Everything.ScalarAsync<long>(
                $"select count(*) from sa.certificate c join sa.signing_request r on r.id = c.request_id where r.mac = '{unit.Mac}'"
            )
        );
        await RequireLiveAsync(unit, issued.Member("serialNumber"));
    }

    [Theory]
    [InlineData(979)]
    [InlineData(980)]
    public async Task A_long_note_is_cut_between_two_characters(int before)
    {
        var unit = Make();
        await _desk.CertifyAsync(unit);

        // The cut falls before, into or after the character that takes two units of UTF-16.
        var answer = await _desk.SubmitAsync(Again(unit).Reissue(Rework, new string('x', before) + "\U0001F4DE"));

        Assert.True(answer.Status == HttpStatusCode.Created, answer.ToString());
        var note = await Everything.ScalarAsync<string>(
            $"select v.note from sa.revocation_request v join sa.signing_request r on r.id = v.request_id where r.mac = '{unit.Mac}' and v.asker = 'Station'"
        );
        Assert.Equal("reissue 2 (rework): " + new string('x', before), note);
    }

    [Fact]
    public async Task A_line_of_a_batch_can_be_a_reissue()
    {
        var unit = Make();
        await _desk.CertifyAsync(unit);

        var line = Assert.Single(await _desk.BatchAsync([JsonSerializer.Serialize(Again(unit).Reissue("scrap"))]));

        await RequireLiveAsync(unit, line.GetProperty("serialNumber").GetString()!);
    }

    [Fact]
    public async Task What_was_drawn_is_given_again_after_its_order_was_closed()
    {
        var (unit, late, order) = (Make(), Make(), $"order-{Guid.NewGuid():N}");
        await Everything.ExecuteAsync(
            $"insert into sa.production_order (id, name, products, mac_ranges, serials, quantity, stations, not_before, not_after, key_source, created_by) select gen_random_uuid(), '{order}', products, mac_ranges, serials, 5, stations, not_before, not_after, key_source, created_by from sa.production_order where name = '{RunningAuthority.StandingOrder}'"
        );
        var first = await _desk.SubmitAsync(unit.Drawn(order));
        await Everything.ExecuteAsync($"update sa.production_order set closed_at = now(), closed_by = 'test' where name = '{order}'");
        await Eventually.TrueAsync(
            async () => (await _desk.SubmitAsync(late.Drawn(order, mac: "000E08"))).ViolationCodes.Contains("order-closed"),
            "the front door knows that the order is closed"
        );

        var again = await _desk.SubmitAsync(unit.Drawn(order));

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (first.Status, again.Status));
        Assert.Equal(first.Text, again.Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_revoked_certificate_is_not_given_again_and_a_reissue_is_the_way_out(bool isClosed)
    {
        var (orders, unit, late) = (new OrderDesk(authority), OrderDesk.Unit(), OrderDesk.Unit());
        var order = await orders.MakeAsync(OrderDesk.Wide(1));
        var first = await _desk.SubmitAsync(OrderDesk.Draw(unit, order));
        // What a reissue leaves behind that was refused at the key, or failed there.
        await RevokeAsync(unit);
        if (isClosed)
        {
            await orders.CloseAsync(order);
            await Eventually.TrueAsync(
                async () => (await _desk.SubmitAsync(OrderDesk.Draw(late, order))).ViolationCodes.Contains("order-closed"),
                "the front door knows that the order is closed"
            );
        }

        var repeated = await _desk.SubmitAsync(OrderDesk.Draw(unit, order));

        Assert.Equal(HttpStatusCode.Created, first.Status);
        ProblemAssert.Breaks(repeated, HttpStatusCode.Conflict, "device-certificate-revoked");
        Assert.Contains("\"reissue\"", Assert.Single(repeated.Violations).GetProperty("fix").GetString());
        var reissue = Again(unit).ReissueFrom(RunningAuthority.StandingOrder);
        var second = await _desk.SubmitAsync(reissue);
        Assert.True(second.Status == HttpStatusCode.Created, second.ToString());
        Assert.Equal(second.Text, (await _desk.SubmitAsync(reissue)).Text);
    }

    [Fact]
    public async Task A_unit_of_another_station_is_neither_reissued_nor_given_again_and_nothing_is_said_of_it()
    {
        const string name = "line-repair";
        using var certificate = await authority.EnrolStationAsync(name);
        var (orders, owner, unit) = (
            new OrderDesk(authority),
            new StationDesk(authority.Client(certificate: certificate)),
            OrderDesk.Unit()
        );
        var order = await orders.MakeAsync(OrderDesk.Wide(1) with { Stations = [name] });
        var first = await owner.SubmitAsync(OrderDesk.Draw(unit, order));
        var again = Again(unit);

        // By an order that lets it draw such a unit; and by one that does not, with a serial number that is guessed.
        var other = await _desk.SubmitAsync(again.Reissue(Rework));
        var guessed = await _desk.SubmitAsync(again.ReissueFrom(order.Name, "FM-GUESSED"));
        var repeated = await _desk.SubmitAsync(OrderDesk.Draw(unit, order));

        Assert.Equal(HttpStatusCode.Created, first.Status);
        ProblemAssert.Breaks(other, HttpStatusCode.UnprocessableEntity, "reissue-of-another-station");
        Assert.Equal(["order-of-other-stations"], guessed.ViolationCodes);
        Assert.Equal(["order-of-other-stations"], repeated.ViolationCodes);
        foreach (var answer in (Answer[])[other, guessed, repeated])
            Assert.DoesNotContain(first.Member("serialNumber"), answer.Text);
        await RequireLiveAsync(unit, first.Member("serialNumber"));

        // A repair comes after the order was closed: its own station may.
        await orders.CloseAsync(order);
        var repaired = await owner.SubmitAsync(again.ReissueFrom(RunningAuthority.StandingOrder));
        Assert.True(repaired.Status == HttpStatusCode.Created, repaired.ToString());
        // It was drawn from an order of all stations now: any of them may, but for a certificate that it can name.
        ProblemAssert.Breaks(
            await _desk.SubmitAsync(Again(unit).Reissue(Rework)),
            HttpStatusCode.Conflict,
            "reissue-of-another-certificate"
        );
    }

    [Fact]
    public async Task An_order_has_as_many_reissues_as_units()
    {
        var (orders, unit) = (new OrderDesk(authority), OrderDesk.Unit());
        var order = await orders.MakeAsync(OrderDesk.Wide(1));
        await _desk.SubmitAsync(OrderDesk.Draw(unit, order));
        var second = await _desk.SubmitAsync(Again(unit).ReissueFrom(order.Name));
        Assert.True(second.Status == HttpStatusCode.Created, second.ToString());

        var third = await _desk.SubmitAsync(Again(unit).ReissueFrom(order.Name, of: second.Member("serialNumber")));

        ProblemAssert.Breaks(third, HttpStatusCode.UnprocessableEntity, "order-reissues-exhausted");
        await RequireLiveAsync(unit, second.Member("serialNumber"));
    }

    [Fact]
    public async Task A_unit_is_reissued_a_few_times_and_then_no_more()
    {
        var (unit, order) = (OrderDesk.Unit(), await new OrderDesk(authority).MakeAsync(OrderDesk.Wide(9)));
        string? newest = null;
        await _desk.SubmitAsync(OrderDesk.Draw(unit, order));
        for (var i = 0; i < 5; i++)
        {
            var issued = await _desk.SubmitAsync(Again(unit).ReissueFrom(order.Name, of: newest));
            Assert.True(issued.Status == HttpStatusCode.Created, issued.ToString());
            newest = issued.Member("serialNumber");
        }

        ProblemAssert.Breaks(
            await _desk.SubmitAsync(Again(unit).ReissueFrom(order.Name, of: newest)),
            HttpStatusCode.UnprocessableEntity,
            "reissue-too-often"
        );
        await RequireLiveAsync(unit, newest!);
    }

    private static FactoryDevice Make() => FactoryDevice.MakeQuickly();

    private static FactoryDevice Again(FactoryDevice unit) => unit with { Key = QuickKeys.Next() };

    private Task<int> DrawnAsync() =>
        Everything.ScalarAsync<int>($"select drawn from sa.production_order where name = '{RunningAuthority.StandingOrder}'");

    private Task RevokeAsync(FactoryDevice unit) =>
        Everything.ExecuteAsync(
            $"insert into sa.revocation_request (id, request_id, authority, reason, requested_by, asker, written_by) select gen_random_uuid(), id, 'client', 'superseded', 'operator/test', 'Operator', 'sa_operator' from sa.signing_request where mac = '{unit.Mac}'"
        );

    /// <summary>Of all certificates of the unit only this one is not revoked.</summary>
    private async Task RequireLiveAsync(FactoryDevice unit, string serialNumber) =>
        Assert.Equal(
            serialNumber,
            await Everything.ScalarAsync<string>(
                $"select string_agg(upper(encode(serial_number, 'hex')), ',') from sa.certificate c join sa.signing_request r on r.id = c.request_id where r.mac = '{unit.Mac}' and not exists (select from sa.certificate_revocation v where v.request_id = r.id)"
            )
        );
}
