using System.Text;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IssuanceLog.Proofs;
using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.IssuanceLog.Tree;
using SigningAuthority.UnitTests.Client.Log;
using Xunit;

namespace SigningAuthority.IntegrationTests.Evidence;

/// <summary>`signctl log …` as a script calls it, on a log in a folder: exit status, and the name of what was found.</summary>
public sealed class LogCommandTests : IDisposable
{
    private const int EvidenceFails = 2;

    private readonly LogScratch _log = new(700);
    private readonly string _key;

    public LogCommandTests() => _key = _log.Made.WriteKey(_log.PathOf("log.pub"));

    [Fact]
    public async Task A_sound_log_is_verified_and_an_edited_entry_is_named_with_its_index()
    {
        var sound = (await RunAsync("verify", _log.Made.Folder, "--json")).MustSucceed();
        Assert.Equal(700, JsonSerializer.Deserialize<JsonElement>(sound.OutputBytes).GetProperty("entries").GetInt64());

        Edit(TilePath.Entries(1), "station/line-1", "station/line-2");
        var result = await RunAsync("verify", _log.Made.Folder);
        Assert.Equal(EvidenceFails, result.ExitCode);
        Assert.StartsWith("signctl: entry-altered: at index 258: ", result.Error);
        Assert.Contains("NOT sound", result.Output);
    }

    [Fact]
    public async Task A_verification_remembers_and_a_rollback_is_named()
    {
        var state = _log.PathOf("state");
        var yesterday = _log.Keep("yesterday").Place;
        _log.Grow(1);
        (await RunAsync("verify", _log.Made.Folder, "--state", state)).MustSucceed();
        var result = await RunAsync("verify", yesterday, "--state", state);
        Assert.Equal(EvidenceFails, result.ExitCode);
        Assert.StartsWith("signctl: log-rolled-back: at index 700: ", result.Error);
    }

    [Fact]
    public async Task A_witness_cosigns_and_what_it_cosigned_is_consistent_with_the_log_or_with_a_fork_of_it_not()
    {
        (await RunAsync("key", "make", "--name", "witness.example.org/one", "--out", At("w.key"), "--public", At("w.pub"))).MustSucceed();
        string[] witness = ["witness", _log.Made.Folder, "--key", At("w.key"), "--state", At("w.state"), "--once", "--out", At("cosigned")];
        (await RunAsync(witness)).MustSucceed();
        var cosigned = SignedNote.Parse(await File.ReadAllTextAsync(At("cosigned")));
        Assert.True(cosigned.IsSignedBy(_log.Key));
        Assert.True(cosigned.IsSignedBy(NoteKey.ParseVerifierKey((await File.ReadAllTextAsync(At("w.pub"))).Trim())));

        _log.Grow(100);
        (await RunAsync("consistency", At("cosigned"), _log.Made.Folder)).MustSucceed();
        (await RunAsync(witness)).MustSucceed();
        var forked = _log.Made.Sign(new Checkpoint(MadeLog.Origin, 700, new byte[32]));
        await File.WriteAllTextAsync(At("forked"), forked.ToString());
        var result = await RunAsync("consistency", At("forked"), _log.Made.Folder);
        Assert.Equal(EvidenceFails, result.ExitCode);
        Assert.StartsWith("signctl: fork: ", result.Error);
    }

    [Fact]
    public async Task A_mirror_is_verified_as_the_log_is_and_proves_any_entry()
    {
        (await RunAsync("mirror", _log.Made.Folder, "--to", At("mirror"))).MustSucceed();
        (await RunAsync("verify", At("mirror"))).MustSucceed();
        var proof = Receipt.Parse((await RunAsync("prove", "513", At("mirror"))).MustSucceed().OutputBytes);
        Assert.True(proof.Verify(_log.Key));
        Assert.Equal(513, proof.Inclusion.LeafIndex);
        Assert.Contains("\"requestId\"", Encoding.UTF8.GetString(proof.Entry));
        Assert.Equal(1, (await RunAsync("prove", "700", At("mirror"))).ExitCode);
    }

    [Fact]
    public async Task Nothing_is_verified_without_a_key_from_elsewhere_or_with_another()
    {
        using var other = new MadeLog(At("other"));
        var wrong = await RunAsync("verify", _log.Made.Folder, "--key", other.WriteKey(At("other.pub")));
        Assert.Equal(EvidenceFails, wrong.ExitCode);
        Assert.StartsWith("signctl: wrong-log-key: ", wrong.Error);
        var none = await ExternalProgram.RunAsync(BuiltProgram.Dotnet, [BuiltProgram.Signctl, "log", "verify", _log.Made.Folder]);
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("give --key or set SA_LOG_KEY", none.Error);
    }

    public void Dispose() => _log.Dispose();

    private string At(string name) => _log.PathOf(name);

    private Task<ProgramResult> RunAsync(params string[] arguments) =>
        ExternalProgram.RunAsync(
            BuiltProgram.Dotnet,
            [BuiltProgram.Signctl, "log", .. arguments],
            new Dictionary<string, string> { ["SA_LOG_KEY"] = _key }
        );

    private void Edit(TilePath tile, string what, string instead)
    {
        var path = _log.Made.PathOf(tile);
        var text = File.ReadAllText(path, Encoding.Latin1);
        var place = text.IndexOf(what, StringComparison.Ordinal);
        File.WriteAllText(path, text.Remove(place, what.Length).Insert(place, instead), Encoding.Latin1);
    }
}
