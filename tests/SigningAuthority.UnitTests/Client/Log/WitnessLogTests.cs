using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Log;
using SigningAuthority.Client.Log.Witnesses;
using SigningAuthority.IssuanceLog.Tree;
using Xunit;

namespace SigningAuthority.UnitTests.Client.Log;

public sealed class WitnessLogTests
{
    [Fact]
    public async Task What_contains_the_remembered_is_cosigned_beside_the_logs_signature()
    {
        using var log = new LogScratch(300);
        using var key = MakeKey(log);
        await LookAsync(log, key, log.Files);
        log.Grow(400);
        var (note, isNew) = await LookAsync(log, key, log.Files);

        Assert.True(isNew);
        Assert.True(note.IsSignedBy(log.Key));
        Assert.True(note.IsSignedBy(key.Public));
        Assert.Equal(700, Checkpoint.Parse(note.Text).Size);
        Assert.False((await LookAsync(log, key, log.Files)).IsNew);
    }

    [Fact]
    public async Task Yesterdays_log_is_refused_and_both_notes_are_kept()
    {
        using var log = new LogScratch(300);
        using var key = MakeKey(log);
        var yesterday = log.Keep("yesterday");
        log.Grow(1);
        await LookAsync(log, key, log.Files);
        var remembered = File.ReadAllText(log.PathOf("state"));

        var found = await Assert.ThrowsAsync<LogDefectException>(() => LookAsync(log, key, yesterday));

        Assert.Equal("log-rolled-back", found.Finding.Code);
        var folder = Assert.Single(Directory.GetDirectories(log.PathOf("."), "state.refused-*"));
        Assert.Equal(remembered, File.ReadAllText(Path.Combine(folder, "remembered.checkpoint")));
        Assert.Equal(File.ReadAllText(log.PathOf("yesterday/checkpoint")), File.ReadAllText(Path.Combine(folder, "seen.checkpoint")));
        Assert.StartsWith("log-rolled-back: at index 300", File.ReadAllText(Path.Combine(folder, "found.txt")));
        // It still remembers, and refuses again.
        Assert.Equal(remembered, File.ReadAllText(log.PathOf("state")));
        await Assert.ThrowsAsync<LogDefectException>(() => LookAsync(log, key, yesterday));
    }

    [Theory]
    [InlineData(0, "the same size with another root")]
    [InlineData(50, "a longer one with another past")]
    public async Task Another_history_is_a_fork(int more, string what)
    {
        using var log = new LogScratch(300);
        using var key = MakeKey(log);
        await LookAsync(log, key, log.Files);

        using var other = new MadeLog(log.PathOf("other"));
        other.Append(PlausibleEntries.All().Skip(1).Take(300 + more).Select(entry => entry.Encode()));
        other.Publish();
        // Signed by the same key, as only the authority could.
        var note = log.Made.Sign(Head(File.ReadAllText(log.PathOf("other/checkpoint"))));
        File.WriteAllText(log.PathOf("other/checkpoint"), note.ToString());

        var found = await Assert.ThrowsAsync<LogDefectException>(() => LookAsync(log, key, new LogFolder(other.Folder)));
        Assert.True(found.Finding.Code == "fork", what);
    }

    [Fact]
    public async Task A_checkpoint_by_another_key_is_refused_and_so_is_an_edited_one()
    {
        using var log = new LogScratch(300);
        using var key = MakeKey(log);
        await LookAsync(log, key, log.Files);
        using var other = new MadeLog(log.PathOf("other"));
        other.Append(PlausibleEntries.All().Take(400).Select(entry => entry.Encode()));
        other.Publish();
        Assert.Equal("wrong-log-key", await FindAsync(log, key, new LogFolder(other.Folder)));

        var checkpoint = log.PathOf("log/checkpoint");
        File.WriteAllText(checkpoint, File.ReadAllText(checkpoint).Replace("\n300\n", "\n301\n"));
        Assert.Equal("checkpoint-altered", await FindAsync(log, key, log.Files));
        File.WriteAllText(checkpoint, "300 entries, all well");
        Assert.Equal("checkpoint-malformed", await FindAsync(log, key, log.Files));
        File.Delete(checkpoint);
        Assert.Equal("checkpoint-missing", await FindAsync(log, key, log.Files));
    }

    [Fact]
    public async Task A_checkpoint_that_leaves_no_room_for_a_line_more_is_refused()
    {
        using var log = new LogScratch(3);
        using var key = MakeKey(log);
        var checkpoint = log.PathOf("log/checkpoint");
        var note = SignedNote.Parse(File.ReadAllText(checkpoint));
        // Somebody's line that fills the note up to its greatest length, but for some octets.
        var room = (1 << 17) - (int)new FileInfo(checkpoint).Length - "— pad.example.org \n".Length - 8;
        File.WriteAllText(checkpoint, note.With(new NoteSignature("pad.example.org", 1, new byte[(room / 4 * 3) - 4])).ToString());
        Assert.Equal("checkpoint-malformed", await FindAsync(log, key, log.Files));
        Assert.False(File.Exists(log.PathOf("state")));
    }

    [Fact]
    public async Task A_first_checkpoint_whose_tiles_are_others_is_not_believed()
    {
        using var log = new LogScratch(300);
        using var key = MakeKey(log);
        File.WriteAllText(log.PathOf("log/checkpoint"), log.Made.Sign(new Checkpoint(MadeLog.Origin, 300, new byte[32])).ToString());
        Assert.Equal("root-mismatch", await FindAsync(log, key, log.Files));
        Assert.False(File.Exists(log.PathOf("state")));
    }

    [Fact]
    public async Task A_state_that_this_witness_did_not_write_is_not_believed()
    {
        using var log = new LogScratch(300);
        using var key = MakeKey(log);
        File.Copy(log.PathOf("log/checkpoint"), log.PathOf("state"));
        await Assert.ThrowsAsync<InvalidInputException>(() => LookAsync(log, key, log.Files));
    }

    [Fact]
    public void Two_witnesses_cant_share_a_state()
    {
        using var log = new LogScratch(1);
        using var first = WitnessState.Open(log.PathOf("state"));
        Assert.Throws<InvalidInputException>(() => WitnessState.Open(log.PathOf("state")));
    }

    [Fact]
    public void A_witnesss_key_is_its_owners_alone_and_is_not_overwritten()
    {
        using var log = new LogScratch(1);
        using var key = MakeKey(log);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(log.PathOf("witness.key")));
        Assert.Equal(key.Public.ToVerifierKey(), NoteKeyFile.Read(log.PathOf("witness.pub"), name: null).ToVerifierKey());
        Assert.Throws<InvalidInputException>(() => MakeKey(log));
    }

    private static WitnessKey MakeKey(LogScratch log)
    {
        WitnessKey.Make("witness.example.org/one", log.PathOf("witness.key"), log.PathOf("witness.pub"));
        return WitnessKey.Read(log.PathOf("witness.key"));
    }

    private static Checkpoint Head(string note) => Checkpoint.Parse(SignedNote.Parse(note).Text);

    private static async Task<(SignedNote Note, bool IsNew)> LookAsync(LogScratch log, WitnessKey key, LogFiles files)
    {
        using var state = WitnessState.Open(log.PathOf("state"));
        return await new WitnessLog(files, log.Key, key, state).LookAsync(CancellationToken.None);
    }

    private static async Task<string> FindAsync(LogScratch log, WitnessKey key, LogFiles files) =>
        (await Assert.ThrowsAsync<LogDefectException>(() => LookAsync(log, key, files))).Finding.Code;
}
