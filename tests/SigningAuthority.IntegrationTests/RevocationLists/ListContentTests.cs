using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Org.BouncyCastle.Asn1.X509;
using SigningAuthority.Api.Hosting;
using SigningAuthority.Api.Publication.RevocationLists;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Signer.RevocationLists;
using SigningAuthority.Storage;
using SigningAuthority.Storage.RevocationLists;
using Xunit;

namespace SigningAuthority.IntegrationTests.RevocationLists;

/// <summary>What stands on the lists, and when: made by the key room's own code in a database of its own.</summary>
public sealed class ListContentTests
{
    private const int Hold = 6;
    private const int Removed = 8;

    [Fact]
    public async Task A_delta_is_the_complete_list_of_its_number_minus_its_base_and_takes_releases_off()
    {
        using var scenario = await ListScenario.CreateAsync();
        var certificates = await scenario.IssueAsync(6);
        await scenario.RevokeAsync(certificates[0], reason: 0);
        await scenario.RevokeAsync(certificates[1], Hold);
        await scenario.RevokeAsync(certificates[2], Hold);
        await scenario.RunAsync();
        var before = await scenario.ReadAsync(RevocationListKind.Complete);

        await scenario.RevokeAsync(certificates[1], Removed);
        await scenario.RevokeAsync(certificates[2], reason: 4);
        await scenario.RevokeAsync(certificates[3]);
        // On hold and released between two lists: another delta to the same base may have told of the hold.
        await scenario.RevokeAsync(certificates[4], Hold);
        await scenario.RevokeAsync(certificates[4], Removed);
        Assert.True(await scenario.RunAsync());

        var complete = await scenario.ReadAsync(RevocationListKind.Complete);
        var delta = await scenario.ReadAsync(RevocationListKind.Delta);
        Assert.Equal((complete.Number, (long?)before.Number, complete.ThisUpdate), (delta.Number, delta.BaseNumber, delta.ThisUpdate));
        Assert.Contains(X509Extensions.DeltaCrlIndicator.Id, delta.CriticalExtensions);
        Assert.Equal(
            new Dictionary<string, int>
            {
                [certificates[1]] = Removed,
                [certificates[2]] = 4,
                [certificates[3]] = 1,
                [certificates[4]] = Removed,
            },
            delta.Entries
        );
        // RFC 5280 §5.2.4: base and delta together are the complete list.
        var together = before.Entries.ToDictionary();
        foreach (var (serial, reason) in delta.Entries)
        {
            if (reason == Removed)
                together.Remove(serial);
            else
                together[serial] = reason;
        }

        Assert.Equal(together, complete.Entries);
        Assert.Equal(3, complete.Entries.Count);
        await scenario.Storage.VerifyAsync();
    }

    [Fact]
    public async Task A_long_list_is_made_soon_and_deltas_from_the_same_base_tell_meanwhile()
    {
        using var scenario = await ListScenario.CreateAsync(crl => crl["mostEntriesAtOnce"] = 1);
        var certificates = await scenario.IssueAsync(5);
        foreach (var serial in certificates.Take(2))
            await scenario.RevokeAsync(serial);
        await scenario.RunAsync();
        var complete = await scenario.ReadAsync(RevocationListKind.Complete);

        foreach (var (serial, expected) in certificates.Skip(2).Select((serial, index) => (serial, index + 1)))
        {
            await scenario.RevokeAsync(serial);
            await scenario.RunAsync();
            var delta = await scenario.ReadAsync(RevocationListKind.Delta);
            Assert.Equal((complete.Number, expected), (delta.BaseNumber, delta.Entries.Count));
        }

        Assert.Equal(complete.Number, (await scenario.ReadAsync(RevocationListKind.Complete)).Number);
        scenario.Time.Advance(TimeSpan.FromSeconds(10));
        await scenario.RunAsync();
        Assert.Equal(5, (await scenario.ReadAsync(RevocationListKind.Complete)).Entries.Count);
    }

    [Fact]
    public async Task What_has_expired_drops_off_after_one_more_list_beyond_its_end_and_not_before()
    {
        using var scenario = await ListScenario.CreateAsync(crl => crl["shardSize"] = 10);
        await scenario.IssueAsync(10);
        // Opens the part.
        await scenario.RunAsync();
        var brief = await IssueAsync(TimeSpan.FromDays(1));
        var late = await IssueAsync(TimeSpan.FromDays(1));
        var lasting = await IssueAsync();
        await RevokeAsync(brief);
        await RevokeAsync(lasting);
        await scenario.RunAsync();
        await ExpectAsync(brief, lasting);

        // Its end is passed; this list is the one that says once more so (RFC 5280 §3.3).
        scenario.Time.Advance(TimeSpan.FromDays(2));
        await scenario.RunAsync();
        await ExpectAsync(brief, lasting);
        // Revoked after its end: it has been on none yet.
        await RevokeAsync(late);
        scenario.Time.Advance(TimeSpan.FromDays(2));
        await scenario.RunAsync();
        await ExpectAsync(late, lasting);
        scenario.Time.Advance(TimeSpan.FromDays(2));
        await scenario.RunAsync();
        await ExpectAsync(lasting);

        // One outside of the part and one in it: each list drops what it has said once more, by its own lists before.
        async Task<(string Outside, string Inside)> IssueAsync(TimeSpan? life = null) =>
            ((await scenario.IssueAsync(1, life))[0], (await scenario.IssueAsync(1, life, shard: 1))[0]);

        async Task RevokeAsync((string Outside, string Inside) both)
        {
            await scenario.RevokeAsync(both.Outside);
            await scenario.RevokeAsync(both.Inside);
        }

        async Task ExpectAsync(params (string Outside, string Inside)[] listed)
        {
            var (complete, part) = (
                await scenario.ReadAsync(RevocationListKind.Complete),
                await scenario.ReadAsync(RevocationListKind.Shard, 1)
            );
            Assert.Equal(listed.SelectMany(both => (string[])[both.Outside, both.Inside]).Order(), complete.Entries.Keys.Order());
            Assert.Equal(listed.Select(both => both.Inside).Order(), part.Entries.Keys.Order());
        }
    }

    [Fact]
    public async Task Nothing_changes_and_yet_no_list_runs_out()
    {
        using var scenario = await ListScenario.CreateAsync();
        await scenario.RunAsync();
        Assert.False(await scenario.RunAsync());
        var first = await scenario.ReadAsync(RevocationListKind.Complete);
        Assert.Equal(TimeSpan.FromDays(8), first.NextUpdate - first.ThisUpdate);
        Assert.Empty(first.Entries);
        // Above whatever a database that was lost has given until now.
        Assert.Equal(new DateTimeOffset(first.ThisUpdate, TimeSpan.Zero).ToUnixTimeSeconds(), first.Number);
        Assert.True((await scenario.ReadAsync(RevocationListKind.Delta)).Number > first.Number);

        scenario.Time.Advance(TimeSpan.FromHours(24));
        Assert.True(await scenario.RunAsync());

        var complete = await scenario.ReadAsync(RevocationListKind.Complete);
        var delta = await scenario.ReadAsync(RevocationListKind.Delta);
        Assert.True(complete.Number >= first.Number + 24 * 3600);
        Assert.Equal((complete.Number, (long?)first.Number), (delta.Number, delta.BaseNumber));
    }

    [Fact]
    public async Task A_part_has_its_own_list_and_numbers_and_the_complete_list_has_it_too()
    {
        using var scenario = await ListScenario.CreateAsync(crl => crl["shardSize"] = 10);
        var whole = await scenario.IssueAsync(10);
        await scenario.RunAsync();
        // Opened before its first certificate is issued.
        var opened = await scenario.ReadAsync(RevocationListKind.Shard, 1);
        Assert.Equal("http://pki.example.com/crl/client/1.crl", opened.DistributionPoint);
        var part = await scenario.IssueAsync(3, shard: 1);
        await scenario.RevokeAsync(whole[0]);
        await scenario.RevokeAsync(part[0], Hold);
        await scenario.RevokeAsync(part[1]);

        await scenario.RunAsync();

        var list = await scenario.ReadAsync(RevocationListKind.Shard, 1);
        Assert.Equal([X509Extensions.IssuingDistributionPoint.Id], list.CriticalExtensions);
        Assert.True(list.Number > opened.Number);
        Assert.Equal(2, list.Entries.Count);
        var complete = await scenario.ReadAsync(RevocationListKind.Complete);
        Assert.Null(complete.DistributionPoint);
        Assert.Equal(3, complete.Entries.Count);
        // A change elsewhere makes no new list of the part.
        await scenario.RevokeAsync(whole[1]);
        await scenario.RunAsync();
        Assert.Equal(list.Number, (await scenario.ReadAsync(RevocationListKind.Shard, 1)).Number);
        await scenario.RevokeAsync(part[0], Removed);
        await scenario.RunAsync();
        Assert.Equal([part[1]], (await scenario.ReadAsync(RevocationListKind.Shard, 1)).Entries.Keys);
    }

    [Fact]
    public async Task Several_signers_at_once_make_each_list_once_with_numbers_that_rise()
    {
        using var scenario = await ListScenario.CreateAsync();
        var certificates = await scenario.IssueAsync(40);
        var signers = Enumerable.Range(0, 4).Select(_ => scenario.NewSigner()).ToList();

        foreach (var serial in certificates)
        {
            await scenario.RevokeAsync(serial);
            scenario.Time.Advance(TimeSpan.FromSeconds(5));
            await Task.WhenAll(signers.Select(signer => signer.RunAsync(ListScenario.Authority, default)));
        }

        await scenario.RunAsync();
        var lists = await scenario.ListsAsync();
        Assert.All(lists, list => Assert.NotNull(list.Signature));
        foreach (var kind in lists.GroupBy(list => list.Kind))
        {
            var numbers = kind.OrderBy(list => list.Id).Select(list => list.Number).ToList();
            Assert.Equal(numbers.Distinct().Order(), numbers);
        }

        Assert.Equal(40, (await scenario.ReadAsync(RevocationListKind.Complete)).Entries.Count);
        foreach (var type in (string[])["crl.intended", "crl.issued"])
            Assert.Equal(
                lists.Count,
                await scenario.Storage.Superuser.ScalarAsync<long>($"select count(*) from sa.log_entry where type = '{type}'")
            );
        await scenario.Storage.VerifyAsync();
    }

    [Fact]
    public async Task Only_the_newest_lists_keep_their_bytes_and_all_their_rows()
    {
        using var scenario = await ListScenario.CreateAsync(crl => crl["keepLists"] = 2);
        for (var day = 0; day < 5; day++)
        {
            await scenario.RunAsync();
            scenario.Time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(4, await scenario.Storage.Superuser.ScalarAsync<long>("select count(distinct crl_id) from sa.crl_chunk"));
        Assert.Equal(10, (await scenario.ListsAsync()).Count);
    }

    [Fact]
    public async Task While_one_signer_has_its_turn_another_leaves_the_lists_alone()
    {
        using var scenario = await ListScenario.CreateAsync();
        await using (var turn = await RevocationListTurn.TryTakeAsync(scenario.Storage.Signer, ListScenario.Authority))
        {
            Assert.NotNull(turn);
            Assert.Null(await RevocationListTurn.TryTakeAsync(scenario.Storage.Signer, ListScenario.Authority));
            Assert.False(await scenario.RunAsync());
        }

        Assert.True(await scenario.RunAsync());
    }

    [Fact]
    public async Task A_signer_that_stands_still_with_a_turn_loses_it_and_its_session_and_no_other_session_does()
    {
        using var scenario = await ListScenario.CreateAsync();
        await using (var turn = await SignerTurn.TryTakeAsync(scenario.Storage.Signer, "a test"))
        {
            await using var show = new NpgsqlCommand("show idle_session_timeout", turn!.Connection);
            Assert.Equal("2min", await show.ExecuteScalarAsync());
        }

        Assert.Equal("0", await scenario.Storage.Signer.ScalarAsync<string>("show idle_session_timeout"));
    }

    [Fact]
    public async Task In_a_database_that_was_restored_elsewhere_lists_are_made_once_and_say_all()
    {
        using var scenario = await ListScenario.CreateAsync();
        var certificates = await scenario.IssueAsync(3);
        await scenario.RevokeAsync(certificates[0]);
        await scenario.RevokeAsync(certificates[1], Hold);
        await scenario.RunAsync();
        await scenario.ComeFromAnotherClusterAsync();
        await scenario.RevokeAsync(certificates[2]);

        Assert.True(await scenario.RunAsync());

        Assert.Equal(3, (await scenario.ReadAsync(RevocationListKind.Complete)).Entries.Count);
        Assert.Empty((await scenario.ReadAsync(RevocationListKind.Delta)).Entries);
        Assert.False(await scenario.RunAsync());
        // On hold since before the restore.
        await scenario.RevokeAsync(certificates[1], Removed);
        await scenario.RunAsync();
        Assert.Equal(
            new Dictionary<string, int> { [certificates[1]] = Removed },
            (await scenario.ReadAsync(RevocationListKind.Delta)).Entries
        );
        Assert.Equal(2, (await scenario.ReadAsync(RevocationListKind.Complete)).Entries.Count);
    }

    [Fact]
    public async Task A_clock_that_is_ahead_makes_no_list_and_one_of_a_time_to_come_is_replaced()
    {
        using var scenario = await ListScenario.CreateAsync();
        await scenario.RunAsync();
        await scenario.ForceAsync("crl", "append_only", "this_update = now() + interval '1 day', next_update = now() + interval '9 days'");

        Assert.True(await scenario.RunAsync());

        Assert.True((await scenario.ReadAsync(RevocationListKind.Complete)).ThisUpdate < DateTime.UtcNow);
        Assert.False(await scenario.RunAsync());
        // It began a month ago.
        scenario.Time.Advance(TimeSpan.FromDays(31));
        var lists = (await scenario.ListsAsync()).Count;
        await Assert.ThrowsAsync<UnfitListException>(() => scenario.RunAsync());
        Assert.Equal(lists, (await scenario.ListsAsync()).Count);
    }

    [Fact]
    public async Task One_list_that_cannot_be_had_holds_up_no_other_and_a_start_without_the_database_serves_them_all()
    {
        using var scenario = await ListScenario.CreateAsync();
        var serial = (await scenario.IssueAsync(1))[0];
        await scenario.RunAsync();
        var before = await scenario.ReadAsync(RevocationListKind.Complete);
        Assert.Equal((before.Number, before.Number + 1), await PublishedAsync(scenario, scenario.Storage.Api));
        await scenario.RevokeAsync(serial);
        await scenario.RunAsync();
        var newest = (await scenario.NewestAsync()).ToDictionary(list => list.Kind);
        var lost = newest[RevocationListKind.Complete].Id;
        await scenario.Storage.Superuser.ExecuteAsync($"update sa.crl_chunk set octets = octets || octets where crl_id = {lost}");

        var expected = (before.Number, newest[RevocationListKind.Delta].Number);
        Assert.Equal(expected, await PublishedAsync(scenario, scenario.Storage.Api));
        await using var away = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=nobody;Timeout=5");
        Assert.Equal(expected, await PublishedAsync(scenario, away));
    }

    [Fact]
    public async Task A_lists_file_stays_for_some_minutes_after_another_took_its_place()
    {
        using var scenario = await ListScenario.CreateAsync();
        var serial = (await scenario.IssueAsync(1))[0];
        await scenario.RunAsync();
        var former = await scenario.NewestAsync();
        await scenario.RevokeAsync(serial);
        await scenario.RunAsync();
        var newest = await scenario.NewestAsync();
        var time = new SettableTime(DateTimeOffset.UtcNow);
        using var files = new RevocationListFiles(new IssuedRevocationLists(scenario.Storage.Api), DoorSettings(scenario), time);
        var file = await files.FetchAsync(former[0], default);
        files.Keep(former);

        // It is old when it is replaced.
        time.Advance(TimeSpan.FromDays(1));
        files.Keep(newest);
        Assert.True(File.Exists(file));
        time.Advance(TimeSpan.FromMinutes(6));
        files.Keep(newest);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task A_file_that_a_power_cut_left_half_is_fetched_anew()
    {
        using var scenario = await ListScenario.CreateAsync();
        await scenario.RunAsync();
        var list = (await scenario.NewestAsync())[0];
        var lists = new IssuedRevocationLists(scenario.Storage.Api);
        using (var files = new RevocationListFiles(lists, DoorSettings(scenario), TimeProvider.System))
            await File.WriteAllBytesAsync(await files.FetchAsync(list, default), [0x30]);

        using var again = new RevocationListFiles(lists, DoorSettings(scenario), TimeProvider.System);
        Assert.Equal(list.Sha256, SHA256.HashData(await File.ReadAllBytesAsync(await again.FetchAsync(list, default))));
    }

    /// <summary>The numbers of the complete list and of the delta that a front door offers once it has started.</summary>
    private static async Task<(long Complete, long Delta)> PublishedAsync(ListScenario scenario, NpgsqlDataSource database)
    {
        var lists = new IssuedRevocationLists(database);
        using var files = new RevocationListFiles(lists, DoorSettings(scenario), TimeProvider.System);
        using var door = new PublishedRevocationLists(lists, files, NullLogger<PublishedRevocationLists>.Instance);
        await door.StartAsync(default);
        await door.StopAsync(default);
        return (
            door.Find(ListScenario.Authority, RevocationListKind.Complete, 0)!.Number,
            door.Find(ListScenario.Authority, RevocationListKind.Delta, 0)!.Number
        );
    }

    private static ApiSettings DoorSettings(ListScenario scenario) =>
        new()
        {
            ConfigurationFolder = "-",
            DatabaseConnection = "-",
            AuditorConnection = "-",
            Address = new Uri("https://localhost"),
            TlsCertificate = "-",
            TlsKey = "-",
            CacheFolder = scenario.CacheFolder,
        };
}
