using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Npgsql;
using SigningAuthority.IntegrationTests.Faults;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Stations;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Production;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Requests;
using Xunit;

namespace SigningAuthority.IntegrationTests.KeyRoom;

/// <summary>
/// A front door that was taken over writes into the queue what its policy would never have let pass, with all the rights of its
/// role. Policy is decided again at the key: nothing of it is signed, and each refusal stands in the log.
/// </summary>
[Collection(FactoryFlows.Name)]
public sealed class LyingDoorTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private static readonly AuthorityConfiguration Running = AuthorityConfiguration.Load(Repository.CaConfig);

    private Npgsql.NpgsqlDataSource Everything => authority.Postgres.Connect(PostgresCluster.Superuser, authority.Database);

    [Fact]
    public async Task A_name_of_another_provider_is_refused_at_the_key()
    {
        var csr = CertificationRequestBytes.Make("CN=prov.example.org");
        await RequireRefusedAsync(await ServerAsync(csr, "prov.example.org"), "name-not-registered");
    }

    [Fact]
    public async Task A_device_outside_of_our_addresses_is_refused_at_the_key() =>
        await RequireRefusedAsync(
            await DeviceAsync(CertificationRequestBytes.Make("CN=x"), "0050C2000001", "LD000001"),
            "mac-oui-not-held"
        );

    [Fact]
    public async Task A_key_that_a_device_has_is_refused_at_the_key()
    {
        using var key = QuickKeys.Next();
        var device = await DeviceAsync(CertificationRequestBytes.Make("CN=x", key), "000E08F0A011", "LD000011");
        await IssueAsync(device);

        await RequireRefusedAsync(
            await ServerAsync(CertificationRequestBytes.Make("CN=prov.callme.com", key), "prov.callme.com"),
            "key-of-device"
        );
    }

    [Fact]
    public async Task A_key_that_another_provider_has_is_refused_at_the_key()
    {
        using var key = QuickKeys.Next();
        await IssueAsync(await ServerAsync(CertificationRequestBytes.Make("CN=prov.callme.com", key), "prov.callme.com"));

        await RequireRefusedAsync(
            await ServerAsync(CertificationRequestBytes.Make("CN=prov.example.org", key), "prov.example.org", RunningAuthority.OtherTelco),
            "key-of-another-provider"
        );
    }

    [Theory]
    [InlineData("sipura")]
    [InlineData("client")]
    public async Task A_key_of_an_authority_is_refused_at_the_key(string root)
    {
        using var certificate = X509Certificate2.CreateFromPem(await authority.RootPemAsync(root));
        using var other = QuickKeys.Next();
        var der = new CertificateRequest(
            new X500DistinguishedName("CN=prov.callme.com"),
            certificate.PublicKey,
            HashAlgorithmName.SHA256
        ).CreateSigningRequest(X509SignatureGenerator.CreateForRSA(other, RSASignaturePadding.Pkcs1));
        var csr = new CertificationRequestBytes(der, SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

        await RequireRefusedAsync(await ServerAsync(csr, "prov.callme.com"), "proof-of-possession,key-of-authority");
    }

    [Fact]
    public async Task Digests_that_are_not_those_of_the_bytes_are_refused_at_the_key()
    {
        var device = await DeviceAsync(CertificationRequestBytes.Make("CN=x"), "000E08F0A002", "LD000002");
        await RequireRefusedAsync(device with { PublicKeySha256 = new byte[32] }, "request-inconsistent");
    }

    [Fact]
    public async Task More_generations_than_the_devices_need_are_refused_at_the_key()
    {
        var request = await ServerAsync(CertificationRequestBytes.Make("CN=prov.callme.com"), "prov.callme.com");
        await RequireRefusedAsync(request with { Authorities = ["sipura", "cisco-2k"] }, "authorities-changed");
    }

    [Fact]
    public async Task A_station_that_is_not_enrolled_is_refused_at_the_key()
    {
        var device = await DeviceAsync(CertificationRequestBytes.Make("CN=x"), "000E08F0A003", "LD000003");
        await RequireRefusedAsync(device with { StationId = Guid.NewGuid() }, "station-revoked");
    }

    [Fact]
    public async Task A_unit_of_no_order_or_of_an_order_that_does_not_let_it_is_refused_at_the_key()
    {
        var now = DateTimeOffset.UtcNow;
        var orders = new OrderDesk(authority);
        var ended = await orders.MakeAsync(OrderDesk.Wide(5) with { NotAfter = now.AddDays(-1) });
        var others = await orders.MakeAsync(OrderDesk.Wide(5) with { Stations = ["another-line"] });
        var narrow = await orders.MakeAsync(OrderDesk.Wide(5) with { Serials = [SerialRule.Parse("FM9######")] });
        var closed = await orders.CloseAsync(await orders.MakeAsync(OrderDesk.Wide(5)));
        var device = await DeviceAsync(CertificationRequestBytes.Make("CN=x"), "000E08F0A021", "LD000021");

        await RequireRefusedAsync(device with { OrderId = null }, "order-none");
        await RequireRefusedAsync(Again(device) with { OrderId = Guid.NewGuid() }, "order-unknown");
        await RequireRefusedAsync(Again(device) with { OrderId = ended.Id }, "order-ended");
        await RequireRefusedAsync(Again(device) with { OrderId = closed.Id }, "order-closed");
        await RequireRefusedAsync(Again(device) with { OrderId = others.Id }, "order-of-other-stations");
        await RequireRefusedAsync(Again(device) with { OrderId = narrow.Id }, "order-of-other-serials");
    }

    [Fact]
    public async Task More_units_than_the_order_has_are_kept_out_by_the_database_and_a_refused_one_gives_its_place_back()
    {
        var orders = new OrderDesk(authority);
        var order = await orders.MakeAsync(OrderDesk.Wide(1));
        var foreign = await DeviceAsync(CertificationRequestBytes.Make("CN=x"), "0050C2000021", "LD000022");
        await RequireRefusedAsync(foreign with { OrderId = order.Id }, "order-of-other-macs,mac-oui-not-held");
        Assert.Equal(0, (await orders.CountAsync(order)).Drawn);

        var first = await DeviceAsync(CertificationRequestBytes.Make("CN=x"), "000E08F0A023", "LD000023");
        await IssueAsync(first with { OrderId = order.Id });
        var second = await DeviceAsync(CertificationRequestBytes.Make("CN=x"), "000E08F0A024", "LD000024");
        var outcome = Assert.Single(await SubmitAsync(second with { OrderId = order.Id }));
        Assert.Equal((false, Conflict.OrderQuantity), (outcome.Inserted, outcome.Conflict));
        Assert.Equal((1, 1L, 1L), await orders.CountAsync(order));

        // Nor can the door's role count again, or make the order larger.
        foreach (var column in (string[])["drawn", "quantity"])
            Assert.Equal(
                PostgresErrorCodes.InsufficientPrivilege,
                (
                    await Assert.ThrowsAsync<PostgresException>(() =>
                        authority
                            .Postgres.Connect("sa_api", authority.Database)
                            .ExecuteAsync($"update sa.production_order set {column} = {column} + 1 where id = '{order.Id}'")
                    )
                ).SqlState
            );
    }

    [Fact]
    public async Task A_request_in_the_lane_of_another_kind_is_kept_out_by_the_database_and_refused_at_the_key()
    {
        var device = await DeviceAsync(CertificationRequestBytes.Make("CN=x"), "000E08F0A043", "LD000043") with { Lane = Lane.Provider };
        var server = await ServerAsync(CertificationRequestBytes.Make("CN=prov.callme.com"), "prov.callme.com") with { Lane = Lane.Device };
        foreach (var request in (NewSigningRequest[])[device, server])
            Assert.Equal(
                "signing_request_lane_of_kind",
                (await Assert.ThrowsAsync<PostgresException>(() => SubmitAsync(request))).ConstraintName
            );

        // Should the database ever let them through, one of them must not stop the lane.
        var constraint = await Everything.ScalarAsync<string>(
            "select pg_get_constraintdef(oid) from pg_constraint where conname = 'signing_request_lane_of_kind'"
        );
        await Everything.ExecuteAsync("alter table sa.signing_request drop constraint signing_request_lane_of_kind");
        try
        {
            await RequireRefusedAsync(device, "lane-of-another-kind");
            await RequireRefusedAsync(server, "lane-of-another-kind");
        }
        finally
        {
            await Everything.ExecuteAsync($"alter table sa.signing_request add constraint signing_request_lane_of_kind {constraint}");
        }
    }

    private static NewSigningRequest Again(NewSigningRequest request) => request with { Id = SigningRequestId.New(TimeProvider.System) };

    [Fact]
    public async Task A_reissue_whose_predecessor_is_not_revoked_is_refused_at_the_key()
    {
        var first = await DeviceAsync(CertificationRequestBytes.Make("CN=x"), "000E08F0A031", "LD000031");
        await IssueAsync(first);
        await RequireRefusedAsync(await ReissueAsync(first, first.Id), "reissue-not-revoked");
    }

    [Fact]
    public async Task A_reissue_that_follows_another_units_certificate_is_refused_at_the_key()
    {
        var (first, other) = (
            await DeviceAsync(CertificationRequestBytes.Make("CN=x"), "000E08F0A032", "LD000032"),
            await DeviceAsync(CertificationRequestBytes.Make("CN=x"), "000E08F0A033", "LD000033")
        );
        await IssueAsync(first);
        await IssueAsync(other);
        await Everything.ExecuteAsync(
            $"insert into sa.revocation_request (id, request_id, authority, reason, requested_by, asker, written_by) values (gen_random_uuid(), '{other.Id}', 'client', 'superseded', 'operator/test', 'Operator', 'sa_operator')"
        );
        await RequireRefusedAsync(await ReissueAsync(first, other.Id), "reissue-of-another-unit");
    }

    [Fact]
    public async Task A_reissue_that_leaves_a_number_out_or_follows_nothing_is_refused_at_the_key()
    {
        var first = await DeviceAsync(CertificationRequestBytes.Make("CN=x"), "000E08F0A034", "LD000034");
        await IssueAsync(first);
        await RequireRefusedAsync(await ReissueAsync(first, first.Id) with { Issue = 3 }, "reissue-out-of-turn,reissue-not-revoked");
        await RequireRefusedAsync(await ReissueAsync(first, SigningRequestId.New(TimeProvider.System)), "reissue-nothing-issued");
    }

    [Fact]
    public async Task A_reissue_of_another_stations_unit_is_refused_at_the_key()
    {
        const string name = "line-lied-of";
        using var certificate = await authority.EnrolStationAsync(name);
        var unit = OrderDesk.Unit();
        var order = await new OrderDesk(authority).MakeAsync(OrderDesk.Wide(1) with { Stations = [name] });
        var answer = await new StationDesk(authority.Client(certificate: certificate)).SubmitAsync(OrderDesk.Draw(unit, order));
        Assert.True(answer.Status == System.Net.HttpStatusCode.Created, answer.ToString());
        var first = await DeviceAsync(CertificationRequestBytes.Make("CN=x"), unit.Mac, unit.Serial) with
        {
            Id = new SigningRequestId(Guid.Parse(answer.Member("id"))),
        };
        await RevokeAsync(first);

        await RequireRefusedAsync(await ReissueAsync(first, first.Id), "reissue-of-another-station");
    }

    [Fact]
    public async Task More_reissues_than_the_order_has_units_are_kept_out_by_the_database_and_a_refused_one_gives_its_place_back()
    {
        var order = await new OrderDesk(authority).MakeAsync(OrderDesk.Wide(1));
        var first = await DeviceAsync(CertificationRequestBytes.Make("CN=x"), "000E08F0A041", "LD000041") with { OrderId = order.Id };
        await IssueAsync(first);
        await RequireRefusedAsync(await ReissueAsync(first, first.Id) with { OrderId = order.Id }, "reissue-not-revoked");
        await RevokeAsync(first);
        var second = await ReissueAsync(first, first.Id) with { OrderId = order.Id };
        await IssueAsync(second);
        await RevokeAsync(second);

        var third = await ReissueAsync(first, second.Id) with { OrderId = order.Id, Issue = 3 };
        var refused = await Assert.ThrowsAsync<PostgresException>(() => SubmitAsync(third));

        Assert.Equal((PostgresErrorCodes.CheckViolation, "production_order_reissued"), (refused.SqlState, refused.ConstraintName));
        Assert.Equal(
            PostgresErrorCodes.InsufficientPrivilege,
            (
                await Assert.ThrowsAsync<PostgresException>(() =>
                    authority
                        .Postgres.Connect("sa_api", authority.Database)
                        .ExecuteAsync($"update sa.production_order set reissued = 0 where id = '{order.Id}'")
                )
            ).SqlState
        );
    }

    [Fact]
    public async Task A_reissue_too_many_of_one_unit_is_refused_at_the_key()
    {
        var first = await DeviceAsync(CertificationRequestBytes.Make("CN=x"), "000E08F0A042", "LD000042");
        var newest = first;
        await IssueAsync(first);
        for (var issue = 2; issue <= 1 + Running.Policy.Device.MostReissues; issue++)
        {
            await RevokeAsync(newest);
            newest = await ReissueAsync(first, newest.Id) with { Issue = issue };
            await IssueAsync(newest);
        }

        await RevokeAsync(newest);
        await RequireRefusedAsync(await ReissueAsync(first, newest.Id) with { Issue = newest.Issue + 1 }, "reissue-too-often");
    }

    private Task RevokeAsync(NewSigningRequest request) =>
        Everything.ExecuteAsync(
            $"insert into sa.revocation_request (id, request_id, authority, reason, requested_by, asker, written_by) values (gen_random_uuid(), '{request.Id}', 'client', 'superseded', 'operator/test', 'Operator', 'sa_operator')"
        );

    private async Task<NewSigningRequest> ReissueAsync(NewSigningRequest first, SigningRequestId follows) =>
        await DeviceAsync(CertificationRequestBytes.Make("CN=x"), first.Mac!, first.Serial!) with
        {
            Issue = 2,
            ReissueReason = ReissueReason.Rework,
            Succession = new Succession(follows, SuccessionKind.Replacement),
        };

    private async Task<NewSigningRequest> ServerAsync(CertificationRequestBytes csr, string fqdn, string tenant = RunningAuthority.Telco)
    {
        var provider = await Everything.ScalarAsync<Guid>($"select id from sa.provider where name = '{tenant}'");
        return new NewSigningRequest(
            SigningRequestId.New(TimeProvider.System),
            RequestKind.ProvisioningServer,
            Lane.Provider,
            provider,
            null,
            csr.Der,
            csr.Sha256,
            csr.PublicKeySha256,
            fqdn,
            null,
            null,
            null,
            ["SPA962"],
            ["sipura"],
            null,
            null,
            null,
            "provider/" + tenant
        );
    }

    private async Task<NewSigningRequest> DeviceAsync(CertificationRequestBytes csr, string mac, string serial)
    {
        var station = await Everything.ScalarAsync<Guid>(
            $"select id from sa.station where name = '{RunningAuthority.Line}' and revoked_at is null"
        );
        return new NewSigningRequest(
            SigningRequestId.New(TimeProvider.System),
            RequestKind.Device,
            Lane.Device,
            null,
            station,
            csr.Der,
            csr.Sha256,
            csr.PublicKeySha256,
            null,
            mac,
            serial,
            "SPA962",
            [],
            ["client"],
            null,
            null,
            null,
            "station/" + RunningAuthority.Line
        )
        {
            OrderId = await Everything.ScalarAsync<Guid>(
                $"select id from sa.production_order where name = '{RunningAuthority.StandingOrder}'"
            ),
        };
    }

    /// <summary>With all the rights of the front door's role, and none of its rules.</summary>
    private Task<SubmitOutcome[]> SubmitAsync(NewSigningRequest request) =>
        new SubmitSigningRequests(authority.Postgres.Connect("sa_api", authority.Database)).SubmitAsync([
            (request, StorageScenario.Submitted(request)),
        ]);

    /// <summary>Two requests that wait with one key refuse each other: the first is to have its certificate before the second comes.</summary>
    private async Task IssueAsync(NewSigningRequest request)
    {
        await SubmitAsync(request);
        await Eventually.TrueAsync(
            async () => await Everything.ScalarAsync<string>($"select state from sa.signing_request where id = '{request.Id}'") == "Issued",
            "the first request is issued"
        );
    }

    private async Task RequireRefusedAsync(NewSigningRequest request, string code)
    {
        await SubmitAsync(request);
        await Eventually.TrueAsync(
            async () =>
                await Everything.ScalarAsync<string>($"select state from sa.signing_request where id = '{request.Id}'") == "Refused",
            "the request is refused"
        );
        Assert.Equal(
            code,
            await Everything.ScalarAsync<string>(
                $"select string_agg(v ->> 'code', ',') from sa.signing_request, jsonb_array_elements(violations) v where id = '{request.Id}'"
            )
        );
        Assert.Equal(0, await Everything.ScalarAsync<long>($"select count(*) from sa.intent where request_id = '{request.Id}'"));
        // Decided at the key, by the configuration that this very key room runs with.
        Assert.Equal(
            $"key {Running.PolicyVersion} {Running.Hash}",
            await Everything.ScalarAsync<string>(
                $"select concat_ws(' ', e ->> 'where', e ->> 'policyVersion', e ->> 'policyHash') from (select convert_from(entry, 'UTF8')::jsonb as e from sa.log_entry where type = '{RequestRefused.TypeName}' and request_id = '{request.Id}') as r"
            )
        );
    }
}
