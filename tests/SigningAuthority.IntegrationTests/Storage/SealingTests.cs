using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.IssuanceLog.Proofs;
using SigningAuthority.IssuanceLog.Tree;
using SigningAuthority.Storage.IssuanceLog;
using Xunit;

namespace SigningAuthority.IntegrationTests.Storage;

/// <summary>What is signed was written down first, once for each size, and nothing is sealed over a log that is not the one signed so far.</summary>
public sealed class SealingTests
{
    private readonly List<string> _signed = [];
    private SealedHead? _remembered;

    [Theory]
    [InlineData("before the signature", "signer/test")]
    [InlineData("after the signature", "signer/test")]
    [InlineData("after it was remembered", "signer/test")]
    [InlineData("after it was remembered", "signer/another")]
    public async Task After_a_crash_between_the_steps_the_same_head_is_signed_and_no_other(string when, string successor)
    {
        var scenario = await StorageScenario.CreateAsync();
        await SealAsync(scenario, Sequencer(scenario), 2);
        await scenario.AppendAsync(3);
        await CrashAsync(scenario, when);
        await scenario.AppendAsync(2);

        await SealAsync(scenario, Sequencer(scenario, successor), 0, upTo: 7);

        var heads = _signed.ConvertAll(Checkpoint.Parse);
        Assert.Equal(heads.Count, when == "before the signature" ? 3 : 4);
        Assert.All(heads.GroupBy(head => head.Size), group => Assert.Single(group.DistinctBy(head => Convert.ToHexString(head.RootHash))));
        Assert.Equal(
            [2L, 5L, 7L],
            await scenario.Superuser.ColumnAsync<long>("select tree_size from sa.log_checkpoint order by tree_size")
        );
        Assert.Equal([2L, 5L, 5L, 7L], await scenario.Superuser.ColumnAsync<long>("select tree_size from sa.log_signing order by id"));
        await scenario.VerifyAsync();
    }

    [Fact]
    public async Task Yesterdays_database_is_not_continued()
    {
        var scenario = await StorageScenario.CreateAsync();
        await SealAsync(scenario, Sequencer(scenario), 3);
        var yesterday = await scenario.CopyAsync();
        await SealAsync(scenario, Sequencer(scenario), 4);
        await yesterday.AppendAsync(2);

        await RequireStoppedAsync(yesterday, SealingStop.RolledBack, "has 3 sealed entries, and 7 were signed for");
    }

    [Fact]
    public async Task A_copy_that_another_sequencer_went_on_from_is_not_continued()
    {
        var scenario = await StorageScenario.CreateAsync();
        await SealAsync(scenario, Sequencer(scenario), 3);
        var copy = await scenario.CopyAsync();
        await SealAsync(scenario, Sequencer(scenario), 300);
        await SealAsync(copy, copy.Sequencer(), 600);

        await RequireStoppedAsync(copy, SealingStop.AnotherTree, "first 303 entries are not those");
    }

    [Theory]
    [InlineData("update sa.log_head set root_hash = sha256('x') where tree_size = 300", SealingStop.AnotherTree)]
    [InlineData(
        "delete from sa.log_checkpoint where tree_size = 300; delete from sa.log_signing where tree_size = 300; delete from sa.log_head where tree_size = 300; delete from sa.log_leaf where index >= 3",
        SealingStop.RolledBack
    )]
    [InlineData("delete from sa.log_leaf where index = 299", SealingStop.RolledBack)]
    public async Task A_log_whose_end_was_rewritten_is_not_continued(string tampering, SealingStop reason)
    {
        var scenario = await StorageScenario.CreateAsync();
        await SealAsync(scenario, Sequencer(scenario), 3);
        await SealAsync(scenario, Sequencer(scenario), 297);
        await scenario.DisableGuardsAsync();
        await scenario.Superuser.ExecuteAsync(tampering);

        await RequireStoppedAsync(scenario, reason, "");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_signed_head_whose_root_and_frontier_were_rewritten_together_is_not_continued(bool remembers)
    {
        var scenario = await StorageScenario.CreateAsync();
        await SealAsync(scenario, Sequencer(scenario), 300);
        await scenario.DisableGuardsAsync();
        await RewriteHeadAsync(scenario, 300, [.. await LeavesAsync(scenario, 299), MerkleTree.LeafHash("another"u8)]);

        await RequireStoppedAsync(
            scenario,
            SealingStop.AnotherTree,
            "is not the tree that its checkpoint was signed over",
            remembers ? Sealing() : Sealing() with { Remembered = null }
        );
    }

    [Fact]
    public async Task A_head_that_somebody_else_wrote_down_is_signed_only_if_it_continues_what_was_signed()
    {
        var scenario = await StorageScenario.CreateAsync();
        await SealAsync(scenario, Sequencer(scenario), 300);
        await scenario.AppendAsync(1);
        await CrashAsync(scenario, "before the signature");
        await scenario.DisableGuardsAsync();
        // The whole tree anew, with a first entry of another's liking; root and frontier are right for it.
        await scenario.Superuser.ExecuteAsync(
            "update sa.log_leaf set leaf_hash = sha256('other') where index = 0; delete from sa.log_node"
        );
        await RewriteHeadAsync(scenario, 301, await LeavesAsync(scenario, 301));

        await RequireStoppedAsync(scenario, SealingStop.AnotherTree, "first 300 entries");
    }

    [Fact]
    public async Task Another_key_seals_nothing()
    {
        var scenario = await StorageScenario.CreateAsync();
        await SealAsync(scenario, Sequencer(scenario), 2);
        await scenario.AppendAsync(1);
        using var other = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var key = new NoteKey(StorageScenario.Origin, other.ExportSubjectPublicKeyInfo());

        // Without a memory, and with the memory of the other key's.
        await RequireStoppedAsync(
            scenario,
            SealingStop.AnotherKey,
            "signed with another key",
            Sealing() with
            {
                Key = key,
                Remembered = null,
            }
        );
        await RequireStoppedAsync(scenario, SealingStop.AnotherKey, "remembered here", Sealing() with { Key = key });

        await scenario.Superuser.ExecuteAsync(
            """
            insert into sa.authority_intent (authority, purpose, key_label, subject, spki, not_before, not_after)
                values ('log', 'LogKey', 'log', 'log', 'another', now(), now() + interval '1 year');
            insert into sa.authority_certificate (authority, purpose, key_label, subject, spki, not_before, not_after, transcript)
                select authority, purpose, key_label, subject, spki, not_before, not_after, 't' from sa.authority_intent
            """
        );
        await RequireStoppedAsync(scenario, SealingStop.AnotherKey, "the one that its ceremony recorded");
    }

    [Fact]
    public async Task A_clock_that_went_back_seals_nothing_until_somebody_says_that_the_other_one_was_wrong()
    {
        var scenario = await StorageScenario.CreateAsync();
        var now = DateTimeOffset.UtcNow;
        SequenceLogEntries At(TimeSpan offset, long accepted = 0) =>
            new(scenario.Signer, Sealing() with { Time = new FixedTime(now + offset), ClockAcceptedUpTo = accepted });
        await SealAsync(scenario, At(TimeSpan.Zero), 2);
        await SealAsync(scenario, At(TimeSpan.FromSeconds(-9)), 1);
        await scenario.AppendAsync(1);

        var stopped = await Assert.ThrowsAsync<SealingStoppedException>(() => At(TimeSpan.FromSeconds(-20)).RunAsync());
        Assert.Equal(SealingStop.ClockWentBack, stopped.Reason);
        Assert.Contains("Log:ClockAcceptedUpTo=3", stopped.Message);

        await SealAsync(scenario, At(TimeSpan.FromSeconds(-20), accepted: 3), 0, upTo: 4);
        // From then on the clock counts again.
        await Assert.ThrowsAsync<SealingStoppedException>(() => At(TimeSpan.FromSeconds(-31), accepted: 3).RunAsync());
    }

    [Fact]
    public async Task A_sequencer_that_stood_by_goes_on_from_what_others_sealed()
    {
        var scenario = await StorageScenario.CreateAsync();
        var standby = new SequenceLogEntries(scenario.Signer, StorageScenario.Sealing("signer/standby"));
        await SealAsync(scenario, standby, 5);
        for (var round = 0; round < 3; round++)
            await SealAsync(scenario, scenario.Sequencer(), 400);

        await SealAsync(scenario, standby, 1);

        Assert.Equal(1206, (await scenario.VerifyAsync()).Leaves);
    }

    [Fact]
    public async Task A_sequencer_that_stands_still_with_the_lock_loses_it_and_another_goes_on()
    {
        var scenario = await StorageScenario.CreateAsync();
        await SealAsync(scenario, Sequencer(scenario), 2);
        await scenario.AppendAsync(1);
        using var clock = new HeldTime();
        var frozen = Task.Run(() => new SequenceLogEntries(scenario.Signer, Sealing() with { Time = clock }).RunAsync());
        await clock.Asked;

        await SealAsync(scenario, scenario.Sequencer(), 0, upTo: 3);

        clock.Release();
        await Assert.ThrowsAnyAsync<Npgsql.NpgsqlException>(() => frozen);
        await scenario.VerifyAsync();
    }

    [Fact]
    public async Task A_log_from_before_there_were_nodes_gets_them_and_has_no_receipts_until_then()
    {
        var scenario = await StorageScenario.CreateAsync();
        // Before the certificate: whichever checkpoint is the first that covers it, its proof needs inner hashes.
        await SealAsync(scenario, scenario.Sequencer(), 700);
        await scenario.SubmitOneAsync(StorageScenario.Device());
        await StorageScenario.IssueAsync(scenario.Queue(), Lane.Device);
        var certificate = await scenario.Superuser.ScalarAsync<byte[]>("select sha256 from sa.certificate");
        await SealAsync(scenario, scenario.Sequencer(), 3);
        await scenario.DisableGuardsAsync();
        await scenario.Superuser.ExecuteAsync("delete from sa.log_node");
        var receipts = new FindReceipts(scenario.Auditor);
        Assert.Null(await receipts.FindAsync(certificate));

        await SealAsync(scenario, scenario.Sequencer(), 400);

        Assert.Equal(ReceiptVerdict.Proven, (await receipts.FindAsync(certificate))!.Check(StorageScenario.NoteKey));
        Assert.Equal(4, await scenario.Superuser.ScalarAsync<long>("select count(*) from sa.log_node"));
        await scenario.VerifyAsync();
    }

    [Fact]
    public void What_is_remembered_reads_back_from_its_file()
    {
        var note = StorageScenario.SignNote(new Checkpoint(StorageScenario.Origin, 7, new byte[32]).Body());
        var at = new DateTimeOffset(2026, 11, 20, 12, 0, 0, 123, TimeSpan.Zero);
        var read = SealedHead.Parse(new SealedHead(note, at).Format());
        Assert.Equal((note, at, 7L), (read.Note, read.SealedAt, read.Head.Size));
        Assert.True(read.IsSignedBy(StorageScenario.NoteKey));
        Assert.Throws<FormatException>(() => SealedHead.Parse(note));
        Assert.Throws<FormatException>(() => SealedHead.Parse(read.Format()[..^40]));
    }

    private LogSealing Sealing(string signer = "signer/test") =>
        StorageScenario.Sealing(signer) with
        {
            Remembered = _remembered,
            Remember = head => _remembered = head,
            Sign = (body, _) =>
            {
                _signed.Add(body);
                return ValueTask.FromResult(StorageScenario.SignNote(body));
            },
        };

    private SequenceLogEntries Sequencer(StorageScenario scenario, string signer = "signer/test") => new(scenario.Signer, Sealing(signer));

    private static Task<List<byte[]>> LeavesAsync(StorageScenario scenario, long size) =>
        scenario.Superuser.ColumnAsync<byte[]>($"select leaf_hash from sa.log_leaf where index < {size} order by index");

    /// <summary>Root and frontier are right for these leaves.</summary>
    private static async Task RewriteHeadAsync(StorageScenario scenario, long size, IEnumerable<byte[]> leaves)
    {
        var tree = new CompactRange();
        foreach (var hash in leaves)
            tree.Append(hash);
        await scenario.Superuser.ExecuteAsync(
            $"update sa.log_head set root_hash = '\\x{Convert.ToHexString(tree.Root())}', frontier = '\\x{Convert.ToHexString(tree.ToBytes())}' where tree_size = {size}"
        );
    }

    private async Task CrashAsync(StorageScenario scenario, string when)
    {
        var whole = Sealing();
        var crashing = when switch
        {
            "before the signature" => whole with { Sign = (_, _) => throw new IOException(when) },
            "after the signature" => whole with
            {
                Sign = (body, _) =>
                {
                    _signed.Add(body);
                    throw new IOException(when);
                },
            },
            _ => whole with
            {
                Remember = head =>
                {
                    if (head.Head.Size > 2)
                    {
                        whole.Remember(head);
                        throw new IOException(when);
                    }
                },
            },
        };
        // Other tests' transactions hold the horizon back while they last.
        await Eventually.TrueAsync(
            async () => await Record.ExceptionAsync(() => new SequenceLogEntries(scenario.Signer, crashing).RunAsync()) is IOException,
            "the sequencer crashes " + when
        );
    }

    private async Task RequireStoppedAsync(StorageScenario scenario, SealingStop reason, string said, LogSealing? sealing = null)
    {
        var asked = _signed.Count;
        var stopped = await Assert.ThrowsAsync<SealingStoppedException>(() =>
            new SequenceLogEntries(scenario.Signer, sealing ?? Sealing()).RunAsync()
        );
        Assert.Equal(reason, stopped.Reason);
        Assert.Contains(said, stopped.Message);
        Assert.Equal(asked, _signed.Count);
    }

    /// <summary>Appends entries and seals until they are published.</summary>
    private static async Task SealAsync(StorageScenario scenario, SequenceLogEntries sequencer, int entries, long upTo = -1)
    {
        const string published = "select coalesce(max(tree_size), 0) from sa.log_checkpoint";
        var end = upTo >= 0 ? upTo : await scenario.Superuser.ScalarAsync<long>(published) + entries;
        await scenario.AppendAsync(entries);
        await Eventually.TrueAsync(
            async () =>
            {
                await sequencer.RunAsync();
                return await scenario.Superuser.ScalarAsync<long>(published) >= end;
            },
            $"{end} entries are sealed"
        );
    }

    /// <summary>Whoever asks for the time stands still until it is released, as a process that was stopped does.</summary>
    private sealed class HeldTime : TimeProvider, IDisposable
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _released = new();

        public Task Asked => _asked.Task;

        public override DateTimeOffset GetUtcNow()
        {
            _asked.TrySetResult();
            _released.Wait();
            return DateTimeOffset.UtcNow;
        }

        public void Release() => _released.Set();

        public void Dispose() => _released.Dispose();
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
