using Npgsql;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;
using Xunit;

namespace SigningAuthority.IntegrationTests.Storage;

public sealed class LogTests
{
    [Fact]
    public async Task An_entry_that_commits_late_never_lands_behind_the_head()
    {
        await using var cluster = await PostgresCluster.CreateAsync();
        var scenario = await StorageScenario.CreateAsync(cluster);
        await using var slow = await scenario.Api.OpenConnectionAsync();
        await using var transaction = await slow.BeginTransactionAsync();
        await AppendLogEntries.AddAsync(slow, [Roots("slow")]);
        await new AppendLogEntries(scenario.Api).AppendAsync([Roots("fast")]);

        // The fast one is there, but what comes before it is not decided yet.
        Assert.Equal(0, await scenario.Sequencer().RunAsync());
        await transaction.CommitAsync();

        Assert.Equal(2, await scenario.Sequencer().RunAsync());
        var page = await new QueryLogEntries(scenario.Auditor).PageAsync(new LogQuery());
        Assert.Equal(["slow", "fast"], page.Select(entry => StoredEntry.Read(entry.Entry).Details["name"]));
        await scenario.VerifyAsync();
    }

    [Fact]
    public async Task With_many_writers_and_sequencers_every_entry_gets_one_place_without_gaps()
    {
        var scenario = await StorageScenario.CreateAsync();
        using var writing = new CancellationTokenSource();
        var writers = Enumerable
            .Range(0, 6)
            .Select(w =>
                Task.Run(async () =>
                {
                    var random = new Random(w);
                    for (var i = 0; i < 60; i++)
                        await WriteAsync(
                            scenario,
                            [.. Enumerable.Range(0, random.Next(1, 5)).Select(n => Roots($"{w}.{i}.{n}"))],
                            abandon: random.Next(5) == 0
                        );
                })
            )
            .ToList();
        var sequencers = Enumerable
            .Range(0, 3)
            .Select(_ =>
                Task.Run(async () =>
                {
                    while (!writing.IsCancellationRequested)
                        await scenario.Sequencer().RunAsync(limit: 17);
                })
            )
            .ToList();

        await Task.WhenAll(writers);
        await writing.CancelAsync();
        await Task.WhenAll(sequencers);

        var verified = await scenario.VerifyAsync();
        Assert.Equal(await scenario.Superuser.ScalarAsync<long>("select count(*) from sa.log_entry"), verified.Leaves);
        Assert.True(verified.Checkpoints > 1);
    }

    [Fact]
    public async Task What_could_not_be_signed_is_not_shown_and_is_signed_before_anything_else()
    {
        var scenario = await StorageScenario.CreateAsync();
        await new AppendLogEntries(scenario.Api).AppendAsync([Roots("one")]);
        var away = scenario.Sequencer(_ => throw new IOException("The token is away."));

        for (var deadline = DateTime.UtcNow.AddSeconds(30); ; await Task.Delay(20))
        {
            Assert.True(DateTime.UtcNow < deadline);
            if (await Record.ExceptionAsync(() => away.RunAsync()) is IOException)
                break;
        }

        Assert.Null(await new Checkpoints(scenario.Api).LatestAsync());
        Assert.Empty(await new QueryLogEntries(scenario.Auditor).PageAsync(new LogQuery()));
        await new AppendLogEntries(scenario.Api).AppendAsync([Roots("two")]);
        Assert.Equal(2, (await scenario.VerifyAsync()).Leaves);
        // The same tree that the key was asked for, and only then a larger one.
        Assert.Equal([1L, 2L], await scenario.Superuser.ColumnAsync<long>("select tree_size from sa.log_checkpoint order by tree_size"));
    }

    [Theory]
    [InlineData(
        "update sa.log_entry set entry = convert_to(replace(convert_from(entry, 'UTF8'), 'signer/test', 'signer/tesd'), 'UTF8') where type = 'certificate.issued'",
        "bytes are not those"
    )]
    [InlineData("update sa.log_entry set actor = 'nobody' where type = 'certificate.issued'", "columns do not say")]
    [InlineData("update sa.log_leaf set leaf_hash = sha256('other') where index = 1", "bytes are not those")]
    [InlineData("update sa.log_checkpoint set root_hash = sha256('other')", "another root")]
    [InlineData("update sa.log_head set root_hash = sha256('other')", "another root")]
    [InlineData("update sa.log_head set frontier = frontier || frontier", "another root")]
    [InlineData("delete from sa.log_signing", "never asked")]
    [InlineData("update sa.log_checkpoint set note = replace(note, E'\\n\\n', E'\\n\\n\\n')", "")]
    [InlineData("delete from sa.log_leaf where index = 1", "should stand here")]
    [InlineData("delete from sa.log_entry where type = 'certificate.intended'", "should stand here")]
    [InlineData("delete from sa.log_entry where type = 'certificate.intended'", "intent does not have exactly one entry")]
    [InlineData(
        "insert into sa.log_entry (xid, type, actor, at, entry) select '3', type, actor, at, entry from sa.log_entry limit 1",
        "passed over"
    )]
    [InlineData(
        "insert into sa.log_leaf select 3, -1, leaf_hash, type, actor, at_most from sa.log_leaf where index = 2",
        "no checkpoint was signed over"
    )]
    [InlineData(
        "insert into sa.intent select request_id, 'other', serial_number, to_be_signed, profile, not_before, not_after, policy_hash from sa.intent",
        "intent does not have exactly one entry"
    )]
    [InlineData("delete from sa.log_leaf where index = 2", "more leaves than there are")]
    [InlineData("update sa.certificate set der = der || '\\x00'", "not the intended one")]
    [InlineData("update sa.certificate set der = '\\x3003020101', sha256 = sha256('\\x3003020101')", "not the intended one")]
    [InlineData("update sa.intent set to_be_signed = '\\x3003020101'", "intent does not have exactly one entry")]
    [InlineData(
        "update sa.log_entry set entry = convert_to(replace(convert_from(entry, 'UTF8'), 'issuerSequence\":1', 'issuerSequence\":2'), 'UTF8')",
        "where number 1 should follow"
    )]
    [InlineData("delete from sa.certificate", "tell of")]
    [InlineData("delete from sa.certificate", "lacks a certificate")]
    public async Task Whoever_gets_past_the_guards_is_found_out(string tampering, string finding)
    {
        var scenario = await StorageScenario.CreateAsync();
        await scenario.SubmitOneAsync(StorageScenario.Device());
        await StorageScenario.IssueAsync(scenario.Queue(), Lane.Device);
        await scenario.VerifyAsync();
        await scenario.DisableGuardsAsync();

        await scenario.Superuser.ExecuteAsync(tampering);

        var found = await scenario.FindDefectsAsync();
        Assert.False(found.IsSound);
        Assert.Contains(found.Defects, defect => defect.Message.Contains(finding));
    }

    [Fact]
    public async Task A_copy_in_another_cluster_is_not_continued_by_mistake()
    {
        var scenario = await StorageScenario.CreateAsync();
        await new AppendLogEntries(scenario.Api).AppendAsync([Roots("one")]);
        await scenario.VerifyAsync();
        // As after pg_restore: the entry was written by a transaction that this cluster has not reached yet.
        await scenario.Superuser.ExecuteAsync(
            "alter table sa.log_entry disable trigger append_only; update sa.log_entry set xid = (pg_current_xact_id()::text::bigint + 1000000)::text::xid8"
        );

        await Assert.ThrowsAsync<ForeignLogException>(() => scenario.Sequencer().RunAsync());
    }

    private static async Task WriteAsync(StorageScenario scenario, LogEntry[] entries, bool abandon)
    {
        await using var connection = await scenario.Api.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        foreach (var entry in entries)
            await AppendLogEntries.AddAsync(connection, [entry]);
        if (!abandon)
            await transaction.CommitAsync();
    }

    private static RootsDownloaded Roots(string name) =>
        new()
        {
            At = DateTimeOffset.UtcNow,
            Actor = "anonymous",
            Name = name,
            Format = "pem",
        };
}
