using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Log;
using SigningAuthority.Client.Log.Verification;
using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.IssuanceLog.Tree;
using Xunit;

namespace SigningAuthority.UnitTests.Client.Log;

/// <summary>What signctl adds to the verification itself: memory, interruptions, and what is kept.</summary>
public sealed class RunVerificationTests
{
    [Fact]
    public async Task A_sound_log_is_sound_and_is_said_to_be()
    {
        using var log = new LogScratch(700);
        var result = await VerifyAsync(log, log.Files);
        Assert.True(result.IsSound);
        Assert.Equal((700, 233, 233, 0), (result.Entries, result.Intended, result.Issued, result.Open));
        Assert.Equal(233, result.IssuerSequences["client"]);
    }

    [Fact]
    public async Task A_second_run_goes_on_where_the_first_ended()
    {
        using var log = new LogScratch(700);
        await VerifyAsync(log, log.Files);
        log.Grow(400);
        // What was verified before is not read again: it may be gone.
        File.Delete(log.Made.PathOf(TilePath.Entries(0)));
        var result = await VerifyAsync(log, log.Files);
        Assert.True(result.IsSound);
        Assert.Equal((1100, 512), (result.Entries, result.VerifiedBefore));
    }

    [Fact]
    public async Task An_interrupted_run_keeps_what_it_verified()
    {
        using var log = new LogScratch(2000);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            VerifyAsync(
                log,
                log.Files,
                (done, _) =>
                {
                    if (done >= 1024)
                        stop.Cancel();
                },
                stop.Token
            )
        );
        var result = await VerifyAsync(log, log.Files);
        Assert.True(result.IsSound);
        Assert.InRange(result.VerifiedBefore, 1024, 1792);
    }

    [Fact]
    public async Task Yesterdays_log_is_named_and_both_checkpoints_are_kept()
    {
        using var log = new LogScratch(300);
        var yesterday = log.Keep("yesterday");
        log.Grow(300);
        await VerifyAsync(log, log.Files);
        var found = await Assert.ThrowsAsync<LogDefectException>(() => VerifyAsync(log, yesterday));
        Assert.Equal(("log-rolled-back", 300L), (found.Finding.Code, found.Finding.Index));
        var folder = Assert.Single(Directory.GetDirectories(log.PathOf("."), "state.refused-*"));
        Assert.True(File.Exists(Path.Combine(folder, "remembered.checkpoint")));
        Assert.True(File.Exists(Path.Combine(folder, "seen.checkpoint")));
    }

    [Fact]
    public async Task Another_history_signed_by_the_same_key_is_a_fork()
    {
        using var log = new LogScratch(300);
        await VerifyAsync(log, log.Files);
        using var other = Fork(log);
        var found = await Assert.ThrowsAsync<LogDefectException>(() => VerifyAsync(log, new LogFolder(other.Folder)));
        Assert.Equal("fork", found.Finding.Code);
    }

    [Fact]
    public async Task Where_a_broken_tile_hides_a_fork_the_remembered_checkpoint_is_kept_before_it_is_replaced()
    {
        using var log = new LogScratch(300);
        await VerifyAsync(log, log.Files);
        var remembered = File.ReadAllText(log.PathOf("state.checkpoint"));
        using var other = Fork(log);
        File.WriteAllBytes(other.PathOf(TilePath.Hashes(0, 3, 132)), new byte[132 * 32]);

        Assert.False((await VerifyAsync(log, new LogFolder(other.Folder))).IsSound);

        var folder = Assert.Single(Directory.GetDirectories(log.PathOf("."), "state.refused-*"));
        Assert.Equal(remembered, File.ReadAllText(Path.Combine(folder, "remembered.checkpoint")));
        Assert.Equal(File.ReadAllText(log.PathOf("other/checkpoint")), File.ReadAllText(Path.Combine(folder, "seen.checkpoint")));
    }

    [Fact]
    public async Task An_older_checkpoint_that_somebody_chose_accuses_nobody_of_a_roll_back()
    {
        using var log = new LogScratch(300);
        var older = File.ReadAllBytes(log.PathOf("log/checkpoint"));
        log.Grow(300);
        await VerifyAsync(log, log.Files);
        var remembered = File.ReadAllText(log.PathOf("state.checkpoint"));

        using (var kept = KeptVerification.Open(log.PathOf("state")))
            await Assert.ThrowsAsync<InvalidInputException>(() =>
                new RunVerification(log.Files, log.Key, kept, isChosen: true).RunAsync(older, (_, _) => { }, CancellationToken.None)
            );

        Assert.Equal(remembered, File.ReadAllText(log.PathOf("state.checkpoint")));
        Assert.Empty(Directory.GetDirectories(log.PathOf("."), "state.refused-*"));
    }

    [Fact]
    public async Task A_state_that_is_none_is_left_as_it_is()
    {
        using var log = new LogScratch(3);
        File.WriteAllText(log.PathOf("state"), "{}");
        await Assert.ThrowsAsync<InvalidInputException>(() => VerifyAsync(log, log.Files));
        Assert.Equal("{}", File.ReadAllText(log.PathOf("state")));
    }

    // Another past, of 900 entries, signed by the same key as only the authority could.
    private static MadeLog Fork(LogScratch log)
    {
        var other = new MadeLog(log.PathOf("other"));
        other.Append(PlausibleEntries.All().Skip(3).Take(900).Select(entry => entry.Encode()));
        var head = Checkpoint.Parse(other.Publish().Text);
        File.WriteAllText(log.PathOf("other/checkpoint"), log.Made.Sign(head).ToString());
        return other;
    }

    private static async Task<VerifiedLog> VerifyAsync(
        LogScratch log,
        LogFiles files,
        Action<long, long>? progress = null,
        CancellationToken cancellation = default
    )
    {
        using var kept = KeptVerification.Open(log.PathOf("state"));
        var note = await files.ReadCheckpointAsync(cancellation);
        return await new RunVerification(files, log.Key, kept).RunAsync(note, progress ?? ((_, _) => { }), cancellation);
    }
}
