using System.Security.Cryptography;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Officers;
using SigningAuthority.IntegrationTests.Revocations;
using SigningAuthority.IntegrationTests.Stations;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Revocations;
using Xunit;

namespace SigningAuthority.IntegrationTests.KeyRoom;

/// <summary>
/// A front door that was taken over asks for revocations, with all the rights of its role. The key room decides for itself: what is another's stays
/// as it is, a forged statement is none, and one asker's word goes so far and no further.
/// </summary>
[Collection(FactoryFlows.Name)]
public sealed class LyingDoorRevocationTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly RevocationDesk _desk = new(authority);

    [Fact]
    public async Task A_certificate_of_another_owner_is_not_revoked()
    {
        using var certificate = await authority.EnrolStationAsync("line-victim");
        var order = await new OrderDesk(authority).MakeAsync(OrderDesk.Wide(1) with { Stations = ["line-victim"] });
        var victim = await _desk.CertifyAsync(authority.Client(certificate: certificate), unit => OrderDesk.Draw(unit, order));
        var (liar, provider) = (
            await _desk.Everything.ScalarAsync<Guid>(
                $"select id from sa.station where name = '{RunningAuthority.Line}' and revoked_at is null"
            ),
            await _desk.Everything.ScalarAsync<Guid>($"select id from sa.provider where name = '{RunningAuthority.OtherTelco}'")
        );

        // As a station of other orders, as a provider, as nobody that there is, and as the owner by name alone.
        foreach (
            var (asker, id, codes) in ((string, Guid, string)[])
                [
                    ("Station", liar, "Refused revocation-not-yours"),
                    ("Provider", provider, "Refused revocation-not-yours"),
                    ("Station", Guid.NewGuid(), "Refused revocation-asker-unknown,revocation-not-yours"),
                    ("Provider", Guid.NewGuid(), "Refused revocation-asker-unknown,revocation-not-yours"),
                ]
        )
            Assert.Equal(
                codes,
                await _desk.OutcomeAsync(await _desk.WriteAsync(victim, asker, id, "station/line-victim", "keyCompromise"))
            );

        Assert.Null(await _desk.StateAsync(victim));
        Assert.Equal(4, (await _desk.EntriesAsync(victim, "revocation.refused")).Count);
        // Nor does any of this keep the unit from being reissued, or its key from being good.
        Assert.Empty(await _desk.EntriesAsync(victim, "certificate.revoked"));
    }

    [Fact]
    public async Task A_revoked_stations_word_counts_for_nothing()
    {
        using var certificate = await authority.EnrolStationAsync("line-gone");
        var order = await new OrderDesk(authority).MakeAsync(OrderDesk.Wide(1) with { Stations = ["line-gone"] });
        var unit = await _desk.CertifyAsync(authority.Client(certificate: certificate), made => OrderDesk.Draw(made, order));
        var id = await _desk.Everything.ScalarAsync<Guid>("select id from sa.station where name = 'line-gone'");
        await authority.OperatorAsync("station", "revoke", "line-gone");

        Assert.Equal(
            "Refused revocation-asker-unknown,revocation-not-yours",
            await _desk.OutcomeAsync(await _desk.WriteAsync(unit, "Station", id, "station/line-gone"))
        );
    }

    [Fact]
    public async Task A_statement_that_no_officer_signed_for_this_very_certificate_is_refused()
    {
        var (officer, meant, other) = (await Officer.RegisterAsync(authority), await _desk.CertifyAsync(), await _desk.CertifyAsync());
        var statement = RevocationDesk.Statement(officer, meant, reason: RevocationReason.Superseded);
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var forged = made.SignData(statement.Encode(), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var (signature, actor) = (officer.Sign(statement.ToString()), "officer/" + officer.Name);

        // A key that is nobody's; a true statement, brought for another certificate, another reason, another action, another time.
        Assert.Equal("Refused revocation-signature", await OutcomeAsync(meant, "superseded", statement.At.AddSeconds(1), forged));
        Assert.Equal("Refused revocation-signature", await OutcomeAsync(other, "superseded", statement.At, signature));
        Assert.Equal("Refused revocation-signature", await OutcomeAsync(meant, "keyCompromise", statement.At.AddSeconds(2), signature));
        Assert.Equal(
            "Refused revocation-signature",
            await OutcomeAsync(meant, "certificateHold", statement.At.AddSeconds(3), signature, "Hold")
        );

        // One that was kept back: also where the door began to write it down in time, and finished days later.
        var old = RevocationDesk.Statement(officer, other, reason: RevocationReason.Superseded, at: DateTimeOffset.UtcNow.AddHours(-25));
        Assert.Equal("Refused revocation-statement-time", await OutcomeAsync(other, "superseded", old.At, officer.Sign(old.ToString())));
        Assert.Null(await _desk.StateAsync(meant));
        Assert.Null(await _desk.StateAsync(other));

        // The true one counts, whoever carried it; and once, whatever fraction of its second the door gives it.
        Assert.Equal("Effective", await OutcomeAsync(meant, "superseded", statement.At, signature));
        var fraction = await Assert.ThrowsAsync<Npgsql.PostgresException>(() =>
            _desk.Door.ExecuteAsync(
                $"insert into sa.revocation_request (id, request_id, authority, reason, requested_by, asker, asker_id, stated_at, signature) select gen_random_uuid(), request_id, authority, reason, requested_by, asker, asker_id, stated_at + interval '1 microsecond', signature from sa.revocation_request where request_id = '{meant.RequestId}' and asker = 'Officer'"
            )
        );
        Assert.Equal(Npgsql.PostgresErrorCodes.CheckViolation, fraction.SqlState);

        async Task<string> OutcomeAsync(Certified certified, string reason, DateTimeOffset at, byte[] bytes, string action = "Revoke") =>
            await _desk.OutcomeAsync(await _desk.WriteAsync(certified, "Officer", officer.Id, actor, reason, action, at, bytes));
    }

    /// <summary>One row that nobody can read would stand before all others for ever.</summary>
    [Theory]
    [InlineData("stated_at", "'20000-01-01Z'")]
    [InlineData("stated_at", "'infinity'")]
    [InlineData("stated_at", "'4000-01-01 BC'")]
    [InlineData("reason", "'overslept'")]
    [InlineData("action", "'Erase'")]
    [InlineData("asker", "'Operator'")]
    [InlineData("asker", "'Succession'")]
    [InlineData("requested_by", "repeat('x', 201)")]
    [InlineData("signature", "sha256('x') || decode(repeat('00', 2048), 'hex')")]
    public async Task What_the_key_room_could_not_read_the_door_can_not_write(string column, string value)
    {
        var certified = await _desk.CertifyAsync();
        var columns = new Dictionary<string, string>
        {
            ["reason"] = "'superseded'",
            ["action"] = "'Revoke'",
            ["requested_by"] = "'officer/x'",
            ["asker"] = "'Officer'",
            ["stated_at"] = "date_trunc('second', now())",
            ["signature"] = "sha256('x')",
            [column] = value,
        };

        var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() =>
            _desk.Door.ExecuteAsync(
                $"insert into sa.revocation_request (id, request_id, authority, asker_id, {string.Join(", ", columns.Keys)}) values (gen_random_uuid(), '{certified.RequestId}', 'client', gen_random_uuid(), {string.Join(", ", columns.Values)})"
            )
        );

        Assert.True(
            refused.SqlState is Npgsql.PostgresErrorCodes.CheckViolation or Npgsql.PostgresErrorCodes.InsufficientPrivilege,
            refused.ToString()
        );
    }

    [Fact]
    public async Task A_hold_of_an_officer_or_an_operator_is_not_ended_in_a_stations_name()
    {
        var certified = await _desk.CertifyAsync();
        await authority.OperatorAsync("revocation", "hold", "--mac", certified.Unit.Mac, "--note", "stolen");
        var station = await _desk.Everything.ScalarAsync<Guid>(
            $"select id from sa.station where name = '{RunningAuthority.Line}' and revoked_at is null"
        );

        var written = await _desk.WriteAsync(certified, "Station", station, "station/line-1", "removeFromCRL", "Release");

        Assert.Equal("Refused revocation-held-by-another", await _desk.OutcomeAsync(written));
        ProblemAssert.Breaks(
            await _desk.OfStationAsync(new { mac = certified.Unit.Mac, action = "release" }),
            System.Net.HttpStatusCode.UnprocessableEntity,
            "revocation-held-by-another"
        );
        Assert.Equal((int)RevocationReason.CertificateHold, await _desk.StateAsync(certified));
        // To have it revoked for good is a station's right, whoever holds it.
        Assert.Equal(
            System.Net.HttpStatusCode.Created,
            (await _desk.OfStationAsync(new { mac = certified.Unit.Mac, action = "scrap" })).Status
        );
    }

    [Fact]
    public async Task A_proof_of_possession_that_the_door_makes_up_or_carries_over_is_refused()
    {
        var (victim, other) = (await _desk.CertifyAsync(), await _desk.CertifyAsync());

        foreach (
            var signature in (byte[][])
                [other.Sign(RevocationReason.KeyCompromise), victim.Sign(RevocationReason.Superseded), RandomNumberGenerator.GetBytes(256)]
        )
            Assert.Equal(
                "Refused revocation-signature",
                await _desk.OutcomeAsync(
                    await _desk.WriteAsync(victim, "Possession", null, "anonymous", "keyCompromise", signature: signature)
                )
            );
        Assert.Null(await _desk.StateAsync(victim));
        Assert.Equal(
            "Effective",
            await _desk.OutcomeAsync(
                await _desk.WriteAsync(
                    victim,
                    "Possession",
                    null,
                    "anonymous",
                    "keyCompromise",
                    signature: victim.Sign(RevocationReason.KeyCompromise)
                )
            )
        );
    }

    [Fact]
    public async Task Of_many_at_once_only_as_many_as_one_asker_may_are_revoked()
    {
        const int many = 108;
        const string name = "line-robbed";
        using var certificate = await authority.EnrolStationAsync(name);
        var order = await new OrderDesk(authority).MakeAsync(OrderDesk.Wide(many) with { Stations = [name] });
        var desk = new StationDesk(authority.Client(certificate: certificate));
        var units = Enumerable.Range(0, many).Select(_ => OrderDesk.Unit()).ToList();
        var lines = await desk.BatchAsync(units.Select(unit => JsonSerializer.Serialize(OrderDesk.Draw(unit, order))));
        Assert.Equal(many, lines.Count(line => line.TryGetProperty("serialNumber", out _)));

        await _desk.Door.ExecuteAsync(
            $"""
            insert into sa.revocation_request (id, request_id, authority, reason, requested_by, asker, asker_id)
            select gen_random_uuid(), c.request_id, c.authority, 'keyCompromise', 'station/{name}', 'Station', (select id from sa.station where name = '{name}')
            from sa.certificate c join sa.signing_request r on r.id = c.request_id where r.order_id = '{order.Id}'
            """
        );

        const string ofOrder =
            "from sa.revocation_outcome o join sa.revocation_request v on v.id = o.revocation_id join sa.signing_request r on r.id = v.request_id";
        await Eventually.TrueAsync(
            async () => await _desk.Everything.ScalarAsync<long>($"select count(*) {ofOrder} where r.order_id = '{order.Id}'") == many,
            "all are decided"
        );
        Assert.Equal(
            "Effective 100, Refused 8",
            await _desk.Everything.ScalarAsync<string>(
                $"select string_agg(outcome || ' ' || n, ', ' order by outcome) from (select outcome, count(*) as n {ofOrder} where r.order_id = '{order.Id}' group by outcome) t"
            )
        );
        Assert.Equal(
            "revocation-too-many",
            await _desk.Everything.ScalarAsync<string>(
                $"select distinct o.violations -> 0 ->> 'code' {ofOrder} where r.order_id = '{order.Id}' and o.outcome = 'Refused'"
            )
        );
    }
}
