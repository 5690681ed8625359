using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.IssuanceLog.Reconciliation;
using SigningAuthority.Storage.Requests;
using Xunit;

namespace SigningAuthority.IntegrationTests.Storage;

public sealed class ReconciliationTests
{
    [Fact]
    public async Task A_sound_log_agrees_and_the_next_run_goes_on_from_there()
    {
        var scenario = await IssuedAsync(devices: 3);
        await scenario.SubmitOneAsync(StorageScenario.Device());
        await FailAsync(scenario);
        await scenario.SubmitOneAsync(StorageScenario.Device());
        await IntendAsync(scenario);
        await scenario.VerifyAsync();

        var first = await RunAsync(scenario);
        Assert.Empty(first.Differences);
        Assert.Equal((true, 0, 5, 3, 1, 1), (first.IsWhole, first.From, first.Intents, first.Certificates, first.Failed, first.UnderWay));

        await scenario.SubmitOneAsync(StorageScenario.Device());
        await StorageScenario.IssueAsync(scenario.Queue(), Lane.Device);
        await scenario.VerifyAsync();
        var second = await RunAsync(scenario);
        Assert.Empty(second.Differences);
        Assert.Equal((false, first.To), (second.IsWhole, second.From));
        Assert.True(second.To > second.From);

        var state = (await new Reconciliations(scenario.Api).LatestAsync())!;
        Assert.Equal((0, null, second.To), (state.Differences, state.First, state.To));
        await scenario.VerifyAsync();
        var told = await new QueryLogEntries(scenario.Auditor).PageAsync(new LogQuery { Type = ReconciliationRun.TypeName });
        Assert.Equal(2, told.Count);
    }

    [Theory]
    [InlineData("delete from sa.certificate", "tell of")]
    [InlineData("delete from sa.intent", "never intended")]
    [InlineData("update sa.certificate set der = der || '\\x00'", "not the intended one")]
    [InlineData("update sa.signing_request set state = 'Refused'", "neither a certificate nor a failure", true)]
    [InlineData("update sa.signing_request set state = 'Failed'", "no entry says so", true)]
    [InlineData("delete from sa.log_checkpoint where tree_size = 3", "never signed")]
    [InlineData("delete from sa.log_signing where tree_size = 3", "never asked")]
    [InlineData("insert into sa.log_signing (tree_size, signer) values (900, 'x')", "heads that are gone")]
    [InlineData("update sa.issuer_sequence set last = 0", "the last that was drawn")]
    [InlineData(
        "update sa.log_entry set at = at - interval '1 hour', entry = convert_to(regexp_replace(convert_from(entry, 'UTF8'), '\"at\":\"[^\"]*\"', '\"at\":\"2020-01-01T00:00:00.000000Z\"'), 'UTF8') where type = 'certificate.issued'",
        "inserted with an old date"
    )]
    [InlineData("update sa.log_head set sealed_at = sealed_at - interval '1 hour'", "after the one when they were sealed")]
    public async Task What_does_not_agree_is_named(string tampering, string finding, bool isOpen = false)
    {
        var scenario = await IssuedAsync(devices: 1);
        await scenario.SubmitOneAsync(StorageScenario.Device());
        if (isOpen)
            await IntendAsync(scenario);
        else
            await StorageScenario.IssueAsync(scenario.Queue(), Lane.Device);
        await scenario.VerifyAsync();
        await scenario.DisableGuardsAsync();
        await scenario.Superuser.ExecuteAsync(
            """
            alter table sa.log_signing drop constraint log_signing_tree_size_fkey;
            alter table sa.certificate disable trigger all;
            alter table sa.intent disable trigger all;
            alter table sa.issuer_sequence drop constraint issuer_sequence_last_check;
            alter table sa.signing_request disable trigger final_state
            """
        );
        await scenario.Superuser.ExecuteAsync(
            tampering.StartsWith("update sa.signing_request", StringComparison.Ordinal)
                ? tampering + ", leased_by = null, finished_at = now() where state = 'Signing'"
                : tampering
        );

        var found = await RunAsync(scenario);
        Assert.Contains(found.Differences, difference => difference.Message.Contains(finding));
    }

    [Fact]
    public async Task A_checkpoint_that_is_gone_where_the_last_run_ended_is_missed()
    {
        var scenario = await IssuedAsync(devices: 1);
        var end = (await RunAsync(scenario)).To;
        await scenario.VerifyAsync();
        await scenario.DisableGuardsAsync();
        await scenario.Superuser.ExecuteAsync($"delete from sa.log_checkpoint where tree_size = {end}");

        var found = Assert.Single((await RunAsync(scenario)).Differences);
        Assert.Equal(($"checkpoint {end}", "It was written down, and never signed."), (found.Where, found.Message));
    }

    [Fact]
    public async Task What_a_whole_run_found_stays_found_until_a_whole_run_does_not_find_it()
    {
        var scenario = await IssuedAsync(devices: 1);
        Assert.True((await RunAsync(scenario)).IsSound);
        await scenario.DisableGuardsAsync();
        await scenario.Superuser.ExecuteAsync("update sa.log_leaf set actor = actor || 'x' where index = 0");

        // The incremental run does not look there any more.
        Assert.True((await RunAsync(scenario)).IsSound);
        Assert.False((await RunAsync(scenario, whole: true)).IsSound);
        Assert.True((await RunAsync(scenario)).IsSound);
        var state = (await new Reconciliations(scenario.Api).LatestAsync())!;
        Assert.Equal(1, state.Differences);
        Assert.StartsWith("leaf 0: ", state.First);

        await scenario.Superuser.ExecuteAsync("update sa.log_leaf set actor = rtrim(actor, 'x') where index = 0");
        Assert.True((await RunAsync(scenario, whole: true)).IsSound);
        Assert.Equal(0, (await new Reconciliations(scenario.Api).LatestAsync())!.Differences);
    }

    [Fact]
    public async Task When_the_tree_that_was_sound_is_another_one_that_is_said()
    {
        var scenario = await IssuedAsync(devices: 1);
        Assert.True((await RunAsync(scenario)).IsSound);
        await scenario.DisableGuardsAsync();
        await scenario.Superuser.ExecuteAsync("update sa.log_reconciliation set root_hash = sha256('another')");

        Assert.Contains((await RunAsync(scenario)).Differences, difference => difference.Message.Contains("verify the whole log"));
    }

    private static async Task<StorageScenario> IssuedAsync(int devices)
    {
        var scenario = await StorageScenario.CreateAsync();
        await scenario.SubmitAsync([.. Enumerable.Range(0, devices).Select(_ => StorageScenario.Device())]);
        await StorageScenario.IssueAsync(scenario.Queue(), Lane.Device);
        await scenario.VerifyAsync();
        return scenario;
    }

    private static async Task IntendAsync(StorageScenario scenario)
    {
        var queue = scenario.Queue();
        var claimed = await queue.ClaimAsync(Lane.Device, 10, TimeSpan.FromMinutes(1));
        await StorageScenario.CommitIntentsAsync(queue, claimed.SelectMany(StorageScenario.Intend));
    }

    private static async Task FailAsync(StorageScenario scenario)
    {
        var queue = scenario.Queue();
        var claimed = (await queue.ClaimAsync(Lane.Device, 1, TimeSpan.FromMinutes(1))).Single();
        await StorageScenario.CommitIntentsAsync(queue, StorageScenario.Intend(claimed));
        await queue.FailAsync(
            claimed.Request.Id,
            "broken",
            new RequestFailed
            {
                At = DateTimeOffset.UtcNow,
                Actor = "signer/test",
                RequestId = claimed.Request.Id.Value,
                Reason = "broken",
                Attempts = 1,
            },
            CancellationToken.None
        );
    }

    private static Task<ReconciliationResult> RunAsync(StorageScenario scenario, bool whole = false) =>
        new ReconcileLog(scenario.Signer, TimeProvider.System).RunAsync(StorageScenario.NoteKey, whole, "signer/test");
}
