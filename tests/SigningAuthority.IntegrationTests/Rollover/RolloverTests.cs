using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Publication.Ocsp;
using SigningAuthority.IntegrationTests.Revocations;
using SigningAuthority.IntegrationTests.Stations;
using SigningAuthority.Storage.Lineage;
using SigningAuthority.Storage.Ocsp;
using SigningAuthority.Storage.Revocations;
using Xunit;

namespace SigningAuthority.IntegrationTests.Rollover;

/// <summary>One authority goes through the whole of it: a next root, its day, its cross-certificates, everything signed anew, the old one retired.</summary>
public sealed class RolloverTests
{
    private const int Units = 300;

    private const string DevicesOfOld = """
        select count(*) from sa.certificate c join sa.signing_request r on r.id = c.request_id
        where c.authority = 'client' and r.kind in ('Device', 'ResignedDevice')
        """;

    [Fact]
    public async Task A_client_root_is_succeeded_on_its_day_and_everything_it_signed_is_signed_anew_once()
    {
        await using var rollover = await RolledOver.StartAsync();
        var devices = await rollover.DrawAsync(Units);
        var first = FactoryDevice.MakeQuickly();
        var before = await rollover.Line.CertifyAsync(first);
        await rollover.MakeTestDeviceAsync();

        // The next generation is there; its day is not.
        await rollover.HoldCeremonyAsync();
        await rollover.RestartAsync();
        await rollover.AwaitPublishedAsync();
        Assert.Equal("Refused authority-not-active-yet", await rollover.AskKeyRoomAsync(FactoryDevice.MakeQuickly(), RolledOver.New));
        Assert.True(await rollover.IsVerifiedAsync(await rollover.Line.CertifyAsync(FactoryDevice.MakeQuickly()), RolledOver.Old));
        Assert.Contains("exists already", await rollover.CeremonyAsync([.. rollover.Cross]));
        var early = await rollover.Authority.RunSignerVerbAsync("sa_signer", ["ceremony", .. rollover.Cross, "--old-with-new"]);
        Assert.NotEqual(0, early.ExitCode);
        Assert.Contains("signs nothing before its day", early.Error);
        await NothingIsResignedYetAsync(rollover);
        await ItsDayAloneIsNotEnoughAsync(rollover);

        // Its day comes while the line works.
        var day = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 7);
        rollover.SetDay(day);
        await rollover.RestartAsync();
        var after = await DrawUntilAsync(rollover, day);
        await SignedByTheRightOneAsync(rollover, day);
        await EachVerifiesAsync(rollover, before, after);
        await ListsOfBothAreOneFileAsync(rollover);

        await ADrillTellsWhatItTakesAsync(rollover);
        await AnInterruptedRunGoesOnAsync(rollover, devices, first, before);
        await ARetiredGenerationSignsNothingAsync(rollover);
        await ACrossCertificateIsRevokedAsync(rollover);
        await TheLineGoesOnWithoutTheRetiredKeyAsync(rollover);
        await rollover.Authority.VerifyLogAsync();
    }

    private static async Task NothingIsResignedYetAsync(RolledOver rollover)
    {
        var resign = await rollover.Authority.RunSignerVerbAsync(
            "sa_operator",
            "operator",
            "resign",
            "--authority",
            "client",
            "--with",
            "client-2",
            "--confirm"
        );
        Assert.NotEqual(0, resign.ExitCode);
        Assert.Contains("authority-not-active-yet", resign.Error);
    }

    /// <summary>Providers have had the root for some seconds: as long as policy wants a day, its own day may be past.</summary>
    private static async Task ItsDayAloneIsNotEnoughAsync(RolledOver rollover)
    {
        rollover.SetPublishedAhead(days: 1);
        rollover.SetDay(DateTimeOffset.UtcNow.AddDays(-1));
        await rollover.RestartAsync();

        Assert.Equal(
            "Refused authority-not-published-long-enough",
            await rollover.AskKeyRoomAsync(FactoryDevice.MakeQuickly(), RolledOver.New)
        );
        Assert.True(await rollover.IsVerifiedAsync(await rollover.Line.CertifyAsync(FactoryDevice.MakeQuickly()), RolledOver.Old));
        // Nobody reads it before the next restart, by which another day is set.
        rollover.SetPublishedAhead(days: 0);
    }

    /// <summary>One unit after another until some moments behind the day; the last one's certificate.</summary>
    private static async Task<string> DrawUntilAsync(RolledOver rollover, DateTimeOffset day)
    {
        var line = rollover.Line;
        while (true)
        {
            var isAfter = DateTimeOffset.UtcNow >= day;
            var pem = await line.CertifyAsync(FactoryDevice.MakeQuickly());
            if (isAfter)
                return pem;
        }
    }

    private static async Task SignedByTheRightOneAsync(RolledOver rollover, DateTimeOffset day)
    {
        const string wrong = """
            select count(*) from sa.intent i join sa.signing_request r on r.id = i.request_id
            where i.authority = 'client-2' and i.created_at < $1 or i.authority = 'client' and r.submitted_at > $1 + interval '1 second'
            """;
        Assert.Equal(0, await rollover.ScalarAsync<long>(wrong, day.UtcDateTime));
        Assert.True(await rollover.ScalarAsync<long>("select count(*) from sa.certificate where authority = 'client-2'") > 0);
        Assert.Equal("Issued", await rollover.AskKeyRoomAsync(FactoryDevice.MakeQuickly(), RolledOver.New));
    }

    private static async Task EachVerifiesAsync(RolledOver rollover, string before, string after)
    {
        Assert.True(await rollover.IsVerifiedAsync(before, RolledOver.Old));
        Assert.True(await rollover.IsVerifiedAsync(after, RolledOver.New));
        Assert.False(await rollover.IsVerifiedAsync(after, RolledOver.Old));
        Assert.False(await rollover.IsVerifiedAsync(before, RolledOver.New));
        // newWithOld and oldWithNew (RFC 4210 §4.4): the other root alone is enough.
        Assert.True(await rollover.IsVerifiedAsync(after, RolledOver.Old, "client-client-2-cross.pem"));
        Assert.Contains("client certified by client-2: created", await rollover.CeremonyAsync([.. rollover.Cross, "--old-with-new"]));
        Assert.True(await rollover.IsVerifiedAsync(before, RolledOver.New, "client-2-client-cross.pem"));
    }

    /// <summary>A date says nothing of two lists: either may have changed since, and the other be the later one.</summary>
    private static async Task ListsOfBothAreOneFileAsync(RolledOver rollover)
    {
        const string both = "crl/client-bundle.pem";
        const string begin = "-----BEGIN X509 CRL-----";
        using var plain = new HttpClient { BaseAddress = rollover.Authority.PlainAddress };
        await Eventually.TrueAsync(
            async () => (await plain.AskAsync(both)).Text.Split(begin).Length == 3,
            "both roots' lists are in the bundle"
        );
        var since = DateTimeOffset.UtcNow.ToString("r", CultureInfo.InvariantCulture);
        Assert.Equal(HttpStatusCode.NotModified, (await plain.AskAsync("crl/client.crl", ("If-Modified-Since", since))).Status);

        var answer = await plain.AskAsync(both, ("If-Modified-Since", since));
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(HttpStatusCode.NotModified, (await plain.AskAsync(both, ("If-None-Match", answer.ETag!))).Status);
    }

    private static async Task ADrillTellsWhatItTakesAsync(RolledOver rollover)
    {
        var live = await rollover.ScalarAsync<long>(DevicesOfOld);
        var planned = await DrillAsync(rollover, "--plan-only", "--rate", "100", "--json");
        Assert.Equal(live, planned.GetProperty("plan").GetProperty("certificates").GetInt64());
        Assert.Equal((long)Math.Ceiling(live / 100.0), planned.GetProperty("seconds").GetInt64());
        Assert.Equal(
            ("standing", live),
            (
                planned.GetProperty("plan").GetProperty("byOwner")[0].GetProperty("owner").GetString(),
                planned
                    .GetProperty("plan")
                    .GetProperty("byOwner")
                    .EnumerateArray()
                    .Sum(month => month.GetProperty("certificates").GetInt64())
            )
        );

        string On(string database) => rollover.Authority.Postgres.ConnectionString(PostgresCluster.Superuser, database);
        var rehearsed = await DrillAsync(
            rollover,
            "--copy-database",
            On("drill"),
            "--from",
            On(rollover.Authority.Database),
            "--most",
            "50",
            "--json"
        );
        Assert.Equal(50, rehearsed.GetProperty("rehearsed").GetProperty("issued").GetInt64());
        Assert.Equal(0, rehearsed.GetProperty("rehearsed").GetProperty("refused").GetInt64());
        Assert.Equal(0, await rollover.ScalarAsync<long>("select count(*) from sa.signing_request where kind = 'ResignedDevice'"));
        Assert.Equal(0, await rollover.ScalarAsync<long>("select count(*) from pg_database where datname = 'drill'"));

        var onItself = await rollover.Authority.RunSignerVerbAsync(
            "sa_operator",
            "drill",
            "compromise",
            "--authority",
            "client",
            "--with",
            "client-2",
            "--copy-database",
            On(rollover.Authority.Database)
        );
        Assert.NotEqual(0, onItself.ExitCode);
        Assert.Contains("the live database", onItself.Error);
    }

    private static async Task<JsonElement> DrillAsync(RolledOver rollover, params string[] arguments) =>
        JsonSerializer.Deserialize<JsonElement>(
            (
                await rollover.Authority.RunSignerVerbAsync(
                    "sa_operator",
                    ["drill", "compromise", "--authority", "client", "--with", "client-2", .. arguments]
                )
            )
                .MustSucceed()
                .Output
        );

    /// <summary>The Signer dies with signatures that nobody recorded, and the operator's command with it.</summary>
    private static async Task AnInterruptedRunGoesOnAsync(
        RolledOver rollover,
        IReadOnlyList<FactoryDevice> devices,
        FactoryDevice first,
        string before
    )
    {
        var authority = rollover.Authority;
        var live = await rollover.ScalarAsync<long>(DevicesOfOld);
        await authority.StopSignerAsync();
        await authority.StartSignerAsync(
            environment: new Dictionary<string, string> { ["Signer__UnsafeKillAt"] = "Signed", ["Signer__LeaseSeconds"] = "2" }
        );
        var broken = authority.RunSignerVerbInBackground(
            "sa_operator",
            "resign",
            "operator",
            "resign",
            "--authority",
            "client",
            "--with",
            "client-2",
            "--confirm"
        );
        await Eventually.TrueAsync(
            () => Task.FromResult(authority.Signers[AuthorityOptions.OnlySigner].HasExited),
            "the Signer kills itself"
        );
        await broken.KillAsync();
        var intended = await rollover.ScalarAsync<long>(
            "select count(*) from sa.intent i join sa.signing_request r on r.id = i.request_id where r.kind = 'ResignedDevice'"
        );
        Assert.True(intended > 0);
        Assert.Equal(0, await rollover.ScalarAsync<long>(Resigned));

        // Revoked after the key room had decided to sign it anew.
        string[] others = [first.Mac, devices[0].Mac, devices[^1].Mac, devices[^2].Mac, devices[^3].Mac];
        var scrapped = await rollover.ScalarAsync<Guid>(RevokeIntended, others, 5, "Operator");
        var held = await rollover.ScalarAsync<Guid>(RevokeIntended, others, 6, "Station");

        await authority.StartSignerAsync();
        var told = await authority.OperatorAsync("resign", "--authority", "client", "--with", "client-2", "--confirm");
        Assert.Contains("0 refused", told);
        await Eventually.TrueAsync(async () => await rollover.ScalarAsync<long>(Resigned) == live, "each is signed anew");

        // Each once, for the same key and subject; the line's order has lost no unit by it; and it is what the line gets from now on.
        Assert.Equal(live, await rollover.ScalarAsync<long>(Same));
        Assert.Equal(
            await rollover.ScalarAsync<long>(
                "select count(*) from sa.signing_request where kind = 'Device' and active and order_id is not null"
            ),
            await rollover.ScalarAsync<int>("select drawn from sa.production_order where name = 'standing'")
        );
        var again = await rollover.Line.SubmitAsync(first.Submission);
        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.NotEqual(before, again.Member("certificate"));
        Assert.True(await rollover.IsVerifiedAsync(again.Member("certificate"), RolledOver.New));
        Assert.Equal(again.Text, (await rollover.Line.SubmitAsync(first.Submission)).Text);

        Assert.Contains(
            "0 signed anew",
            await authority.OperatorAsync("resign", "--authority", "client", "--with", "client-2", "--confirm")
        );
        Assert.Equal(live, await rollover.ScalarAsync<long>("select count(*) from sa.signing_request where kind = 'ResignedDevice'"));
        await Eventually.TrueAsync(
            async () =>
                await rollover.ScalarAsync<long>(RevokedAlong, scrapped, 5) == 1
                && await rollover.ScalarAsync<long>(RevokedAlong, held, 6) == 1,
            "what was revoked or put on hold meanwhile is so under the next generation too"
        );
        await AStationEndsWhatItBeganAsync(rollover, held);
        await ASelectionFindsBothAsync(rollover, devices[^1]);
        await AReissueRevokesBothAsync(rollover, devices[0]);
        await AUnitIsRevokedWhoeverSignedAsync(rollover, devices[^1]);
        await ALostKeyIsNotSignedAnewAsync(rollover, devices[^2]);
        await AUnitIsScrappedWhoseOldCertificateWasRecalledAsync(rollover, devices[^3]);
    }

    private const string RevokeIntended = """
        insert into sa.revoked (authority, serial_number, request_id, crl_shard, not_after, reason, revoked_at, asker)
        select i.authority, i.serial_number, i.request_id, i.crl_shard, i.not_after, $2, date_trunc('second', now()), $3
        from sa.signing_request r join sa.intent n on n.request_id = r.id join sa.intent i on i.request_id = r.succeeds
        where r.kind = 'ResignedDevice' and i.authority = 'client' and r.mac <> all($1)
            and not exists (select from sa.revoked v where v.request_id = i.request_id) order by r.id limit 1
        returning request_id
        """;

    private const string RevokedAlong = """
        select count(*) from sa.revoked x join sa.signing_request r on r.id = x.request_id
        where r.kind = 'ResignedDevice' and r.succeeds = $1 and x.reason = $2 and x.asker = 'Succession'
        """;

    private const string StateOfUnit = """
        select string_agg(x.authority || ' ' || x.reason, ', ' order by x.authority)
        from sa.revoked x join sa.signing_request r on r.id = x.request_id where r.mac = $1
        """;

    /// <summary>A station's hold went along with the unit; its release goes along too, though it never asked to hold the other certificate.</summary>
    private static async Task AStationEndsWhatItBeganAsync(RolledOver rollover, Guid held)
    {
        var mac = await rollover.ScalarAsync<string>("select mac from sa.signing_request where id = $1", held);
        Assert.Equal("client 6, client-2 6", await rollover.ScalarAsync<string>(StateOfUnit, mac));
        await AskAsync(rollover, mac, "release");
        Assert.Equal("client 8, client-2 8", await rollover.ScalarAsync<string>(StateOfUnit, mac));
    }

    private static async Task AskAsync(RolledOver rollover, string mac, string action)
    {
        var answer = await RevocationDesk.PostAsync(rollover.Authority.StationClient(), RevocationDesk.StationPath, new { mac, action });
        Assert.True(answer.Status == HttpStatusCode.Created, answer.ToString());
    }

    /// <summary>What an operator names by the unit are the certificates of both generations, in the order that officers sign.</summary>
    private static async Task ASelectionFindsBothAsync(RolledOver rollover, FactoryDevice device)
    {
        var all = new CertificateSelection(null, null, null, null, null, null, null, null, null, null, null, null);
        var unit = all with { FirstMac = device.Mac, LastMac = device.Mac };
        var select = new SelectCertificates(rollover.Authority.Postgres.Connect("sa_operator", rollover.Authority.Database));
        foreach (
            var selection in (CertificateSelection[])
                [
                    unit,
                    unit with
                    {
                        Station = RunningAuthority.Line,
                    },
                    unit with
                    {
                        FirstSerial = "FM500H000000",
                        LastSerial = device.Serial,
                    },
                    all with
                    {
                        FirstSerial = device.Serial,
                        LastSerial = device.Serial,
                    },
                ]
        )
            Assert.Equal([RolledOver.Old, RolledOver.New], (await select.FindAsync(selection)).Select(found => found.Facts.Authority));
        Assert.Single(await select.FindAsync(unit with { Authority = RolledOver.New }));
    }

    private static async Task AUnitIsRevokedWhoeverSignedAsync(RolledOver rollover, FactoryDevice device)
    {
        foreach (var (action, reason) in ((string, int)[])[("hold", 6), ("release", 8), ("scrap", 5)])
        {
            await AskAsync(rollover, device.Mac, action);
            Assert.Equal($"client {reason}, client-2 {reason}", await rollover.ScalarAsync<string>(StateOfUnit, device.Mac));
        }

        // Each has an entry; the one that nobody named says which was.
        Assert.Equal(
            ",client",
            await rollover.ScalarAsync<string>(
                """
                select string_agg(coalesce(split_part(convert_from(e.entry, 'UTF8')::jsonb ->> 'sameKeyAs', ' ', 1), ''), ',' order by r.kind)
                from sa.log_entry e join sa.signing_request r on r.id = e.request_id where e.type = 'certificate.revoked' and r.mac = $1
                """,
                device.Mac
            )
        );
    }

    /// <summary>A recall of the old generation took one of the two; who names the unit by what it is means both.</summary>
    private static async Task AUnitIsScrappedWhoseOldCertificateWasRecalledAsync(RolledOver rollover, FactoryDevice device)
    {
        await rollover.ScalarAsync<Guid>(
            """
            insert into sa.revoked (authority, serial_number, request_id, crl_shard, not_after, reason, revoked_at, asker)
            select i.authority, i.serial_number, i.request_id, i.crl_shard, i.not_after, 4, date_trunc('second', now()), 'Recall'
            from sa.signing_request r join sa.intent i on i.request_id = r.id where r.mac = $1 and i.authority = 'client'
            returning request_id
            """,
            device.Mac
        );
        Assert.Equal("client 4", await rollover.ScalarAsync<string>(StateOfUnit, device.Mac));
        await AskAsync(rollover, device.Mac, "scrap");
        Assert.Equal("client 4, client-2 5", await rollover.ScalarAsync<string>(StateOfUnit, device.Mac));
    }

    private static async Task ALostKeyIsNotSignedAnewAsync(RolledOver rollover, FactoryDevice device)
    {
        var resigned = await rollover.ScalarAsync<Guid>(
            "select id from sa.signing_request where kind = 'ResignedDevice' and mac = $1",
            device.Mac
        );
        var certified = new CertifiedDevices(rollover.Everything);
        Assert.False((await certified.FindAsync([resigned]))[resigned].IsRevoked);
        await rollover.ScalarAsync<Guid>(
            """
            insert into sa.revoked (authority, serial_number, request_id, crl_shard, not_after, reason, revoked_at, asker)
            select i.authority, i.serial_number, i.request_id, i.crl_shard, i.not_after, 1, date_trunc('second', now()), 'Operator'
            from sa.signing_request r join sa.intent i on i.request_id = r.succeeds where r.id = $1
            returning request_id
            """,
            resigned
        );
        Assert.True((await certified.FindAsync([resigned]))[resigned].IsRevoked);
    }

    private const string Resigned = """
        select count(*) from sa.certificate c join sa.signing_request r on r.id = c.request_id where r.kind = 'ResignedDevice'
        """;

    private const string Same = """
        select count(distinct old.request_id) from sa.signing_request r
            join sa.certificate new on new.request_id = r.id and new.authority = 'client-2'
            join sa.certificate old on old.request_id = r.succeeds and old.authority = 'client' and old.spki_sha256 = new.spki_sha256
        where r.kind = 'ResignedDevice'
        """;

    private static async Task AReissueRevokesBothAsync(RolledOver rollover, FactoryDevice device)
    {
        var other = device.WithOtherKey();
        var reissued = await rollover.Line.SubmitAsync(other.Reissue("rework"));
        Assert.Equal(HttpStatusCode.Created, reissued.Status);
        Assert.Equal(
            "client,client-2",
            await rollover.ScalarAsync<string>(
                "select string_agg(distinct v.authority, ',') from sa.revocation_request v join sa.signing_request r on r.id = v.request_id where r.mac = $1",
                device.Mac
            )
        );
    }

    private static async Task ARetiredGenerationSignsNothingAsync(RolledOver rollover)
    {
        rollover.Change(RolledOver.Old, root => root["retired"] = true);
        await rollover.Authority.StopSignerAsync();
        await rollover.Authority.StartSignerAsync();
        Assert.Equal("Refused authority-retired", await rollover.AskKeyRoomAsync(FactoryDevice.MakeQuickly(), RolledOver.Old));
        Assert.Equal("Issued", await rollover.AskKeyRoomAsync(FactoryDevice.MakeQuickly(), RolledOver.New));
    }

    private static async Task TheLineGoesOnWithoutTheRetiredKeyAsync(RolledOver rollover)
    {
        await rollover.Authority.StopSignerAsync();
        await rollover.Authority.Token!.DeleteKeyAsync(RolledOver.Old);
        await rollover.Authority.StartSignerAsync();

        Assert.Equal("Issued", await rollover.AskKeyRoomAsync(FactoryDevice.MakeQuickly(), RolledOver.New));
        await Eventually.TrueAsync(
            () => Task.FromResult(rollover.Authority.Signers[AuthorityOptions.OnlySigner].LogTail().Contains("its key is gone")),
            "the Signer says once that the key is gone"
        );
        // The lists of those that have their keys go on.
        var before = await rollover.ScalarAsync<long>(NewestList);
        await rollover.Authority.OperatorAsync("crl", "publish", RolledOver.New);
        await Eventually.TrueAsync(async () => await rollover.ScalarAsync<long>(NewestList) > before, "the other root's lists go on");
    }

    private const string NewestList =
        "select max(c.number) from sa.crl c join sa.crl_issued i on i.crl_id = c.id where c.authority = 'client-2'";

    /// <summary>oldWithNew: what a thief of the old key signs would be good for who trusts the new root alone.</summary>
    private static async Task ACrossCertificateIsRevokedAsync(RolledOver rollover)
    {
        var again = await rollover.Authority.RunSignerVerbAsync(
            "sa_signer",
            ["ceremony", "cross", RolledOver.Old, RolledOver.New, "--confirmed-by", "x", "--out", rollover.CrossFolder]
        );
        Assert.NotEqual(0, again.ExitCode);
        Assert.Contains("retired", again.Error);

        var flow = new OcspFlow(rollover.Authority);
        using var cross = X509Certificate2.CreateFromPem(
            await File.ReadAllTextAsync(Path.Combine(rollover.CrossFolder, "client-2-client-cross.pem"))
        );
        // Whoever is handed it finds where to ask: below the address that this installation publishes at, from the issuer of the two.
        var address = rollover.Authority.PublicationAddress;
        Assert.Contains($"{address}/crl/client-2.crl", TextIn(cross, "2.5.29.31"));
        Assert.Contains($"{address}/ocsp/client-2", TextIn(cross, "1.3.6.1.5.5.7.1.1"));
        Assert.Contains($"{address}/aia/client-2.cer", TextIn(cross, "1.3.6.1.5.5.7.1.1"));

        var asked = Asked.Of(RolledOver.New, (await flow.RootAsync(RolledOver.New)).Issuer, cross);
        Assert.Equal("good", await flow.Client.AskAsync(asked));
        // The front door counts it among what was issued: whoever floods it with numbers that were not keeps nobody from asking after this one.
        var desk = new OcspDesk(rollover.Authority.Postgres.Connect("sa_api", rollover.Authority.Database));
        Assert.True(await desk.AreIssuedAsync(RolledOver.New, [asked.SerialNumber]));
        Assert.False(await desk.AreIssuedAsync(RolledOver.Old, [asked.SerialNumber]));

        string[] revoke = ["revoke-cross", RolledOver.New, RolledOver.Old, "--confirmed-by", "x", "--confirmed-by"];
        var alone = await rollover.Authority.RunSignerVerbAsync("sa_signer", ["ceremony", .. revoke, "X"]);
        Assert.NotEqual(0, alone.ExitCode);
        Assert.Contains("Two different people", alone.Error);
        Assert.Contains("revoked since", await rollover.CeremonyAsync([.. revoke, "y"]));
        Assert.StartsWith("revoked CaCompromise at ", await flow.Client.AskAsync(asked));
        Assert.Contains("was revoked before", await rollover.CeremonyAsync([.. revoke, "y"]));

        const string serial = "(select serial_number from sa.cross_intent where issuer = 'client-2' and subject = 'client')";
        Assert.Equal(
            1,
            await rollover.ScalarAsync<long>(
                $"select count(*) from sa.log_entry where type = 'certificate.revoked' and subject = 'client' and convert_from(entry, 'UTF8')::jsonb ->> 'serialNumber' = upper(encode({serial}, 'hex'))"
            )
        );
        await Eventually.TrueAsync(
            async () =>
                await rollover.ScalarAsync<bool>(
                    $"select exists (select from sa.crl l join sa.crl_chunk k on k.crl_id = l.id where l.authority = 'client-2' and position({serial} in k.octets) > 0)"
                ),
            "it is on its issuer's list"
        );
    }

    private static string TextIn(X509Certificate2 certificate, string extension) =>
        System.Text.Encoding.Latin1.GetString(certificate.Extensions[extension]!.RawData);
}
