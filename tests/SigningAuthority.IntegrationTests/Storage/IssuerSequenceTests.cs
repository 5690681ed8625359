using Npgsql;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Requests;
using Xunit;

namespace SigningAuthority.IntegrationTests.Storage;

public sealed class IssuerSequenceTests
{
    [Fact]
    public async Task Each_authority_s_certificates_are_numbered_without_gaps_in_the_order_of_the_log()
    {
        var scenario = await StorageScenario.CreateAsync();
        var provider = Guid.NewGuid();
        await scenario.SubmitAsync([.. Enumerable.Range(0, 60).Select(_ => StorageScenario.Device(authorities: ["client"]))]);
        await scenario.SubmitAsync([.. Enumerable.Range(0, 20).Select(i => StorageScenario.Server(provider, fqdn: $"pv{i}.telco.net"))]);

        // Four instances at once, of which two serve each lane; what is abandoned on the way is drawn anew by another.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => IssueAsync(scenario, i % 2 == 0 ? Lane.Device : Lane.Provider)));

        await scenario.VerifyAsync();
        var numbers = (await IntendedAsync(scenario)).ToLookup(entry => entry.Details["authority"], entry => entry.IssuerSequence);
        Assert.Equal(["cisco-sb", "client", "sipura"], numbers.Select(group => group.Key).Order());
        Assert.All(numbers, group => Assert.Equal(Enumerable.Range(1, group.Count()).Select(n => (long?)n), group));
        Assert.Equal((60, 20, 20), (numbers["client"].Count(), numbers["sipura"].Count(), numbers["cisco-sb"].Count()));
    }

    [Fact]
    public async Task A_number_that_was_drawn_in_an_abandoned_transaction_is_drawn_again()
    {
        var scenario = await StorageScenario.CreateAsync();
        await scenario.SubmitAsync(StorageScenario.Device(), StorageScenario.Device());
        var queue = scenario.Queue();
        var claimed = await queue.ClaimAsync(Lane.Device, 2, TimeSpan.FromMinutes(1));
        var serial = StorageScenario.Intend(claimed[0]).Single();
        var taken = StorageScenario.Intend(claimed[1].Request.Id, "client", serial.SerialNumber);

        await Assert.ThrowsAsync<SerialNumberTakenException>(() => StorageScenario.CommitIntentsAsync(queue, [serial, taken]));
        await StorageScenario.CommitIntentsAsync(queue, [serial]);

        await scenario.VerifyAsync();
        Assert.Equal([1L], (await IntendedAsync(scenario)).Select(entry => entry.IssuerSequence));
    }

    [Fact]
    public async Task Who_waits_for_its_numbers_has_no_transaction_id_yet_so_that_its_entries_stand_behind_the_others()
    {
        var scenario = await StorageScenario.CreateAsync();
        await using var first = await scenario.Signer.OpenConnectionAsync();
        await using var transaction = await first.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("select sa.draw_issuer_numbers('{client}', '{1}')", first))
            await command.ExecuteNonQueryAsync();
        // What it has of one authority at once must not give it an id before it has all.
        var second = scenario.Signer.ExecuteAsync("select sa.draw_issuer_numbers('{sipura,client}', '{1,1}')");

        await Eventually.TrueAsync(
            async () =>
                await scenario.Superuser.ScalarAsync<long>(
                    "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
                ) == 1,
            "the second one waits"
        );
        Assert.Equal(
            0,
            await scenario.Superuser.ScalarAsync<long>(
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and backend_xid is not null"
            )
        );
        await transaction.CommitAsync();
        await second;
        Assert.Equal(2, await scenario.Superuser.ScalarAsync<long>("select last from sa.issuer_sequence where authority = 'client'"));
    }

    [Fact]
    public async Task Whoever_stands_still_with_its_numbers_loses_them_and_another_goes_on()
    {
        var scenario = await StorageScenario.CreateAsync();
        await scenario.SubmitAsync(StorageScenario.Device());
        var queue = scenario.Queue();
        var intents = (await queue.ClaimAsync(Lane.Device, 1, TimeSpan.FromMinutes(1))).SelectMany(StorageScenario.Intend).ToList();
        await using var frozen = await scenario.Signer.OpenConnectionAsync();
        await using (var draw = new NpgsqlBatch(frozen) { BatchCommands = { new NpgsqlBatchCommand("begin") } })
        {
            draw.BatchCommands.Add(IssuerSequences.Draw(intents.Select(StorageScenario.Intended)));
            await draw.ExecuteNonQueryAsync();
        }

        // Waits as long as the numbers are another's, and gives up after Npgsql's 30 s.
        await StorageScenario.CommitIntentsAsync(queue, intents);

        Assert.Equal(1, await scenario.Superuser.ScalarAsync<long>("select last from sa.issuer_sequence where authority = 'client'"));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => new NpgsqlCommand("commit", frozen).ExecuteNonQueryAsync());
    }

    private static async Task IssueAsync(StorageScenario scenario, Lane lane)
    {
        var queue = scenario.Queue();
        while (await queue.ClaimAsync(lane, 7, TimeSpan.FromMinutes(1)) is { Count: > 0 } claimed)
        {
            var intents = claimed.SelectMany(StorageScenario.Intend).ToList();
            var lost = StorageScenario.Intend(new SigningRequestId(Guid.NewGuid()), "client", intents[0].SerialNumber);
            await Assert.ThrowsAsync<LeaseLostException>(() => StorageScenario.CommitIntentsAsync(queue, [.. intents, lost]));
            await StorageScenario.CommitIntentsAsync(queue, intents);
            await StorageScenario.CommitCertificatesAsync(queue, intents);
        }
    }

    private static async Task<List<StoredEntry>> IntendedAsync(StorageScenario scenario)
    {
        var page = await new QueryLogEntries(scenario.Auditor).PageAsync(
            new LogQuery { Type = CertificateIntended.TypeName, Limit = 1000 }
        );
        return [.. page.Select(entry => StoredEntry.Read(entry.Entry))];
    }
}
