using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IssuanceLog.Tree;
using Xunit;

namespace SigningAuthority.IntegrationTests.Publication;

[Collection(ProviderFlows.Name)]
public sealed class CheckpointTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private const string Origin = "signing-authority.local/log";

    [Fact]
    public async Task The_checkpoint_is_signed_by_the_log_key_and_its_root_is_that_of_the_entries_an_auditor_reads()
    {
        var note = SignedNote.Parse((await authority.Client().AskAsync("log/checkpoint")).Body);
        Assert.True(note.IsSignedBy(new NoteKey(Origin, await LogKeyAsync())));
        var checkpoint = Checkpoint.Parse(note.Text);

        var tree = new CompactRange();
        var log = new IssuanceLogReader(authority);
        while (tree.Size < checkpoint.Size)
        {
            foreach (var entry in (await log.PageAsync($"after={tree.Size - 1}&limit=1000")).Take((int)(checkpoint.Size - tree.Size)))
                tree.Append(MerkleTree.LeafHash(System.Text.Encoding.UTF8.GetBytes(entry.GetProperty("entry").GetRawText())));
        }

        Assert.Equal(Convert.ToHexString(checkpoint.RootHash), Convert.ToHexString(tree.Root()));
    }

    [Fact]
    public async Task A_checkpoint_that_was_altered_is_signed_by_nobody()
    {
        var text = (await authority.Client().AskAsync("log/checkpoint")).Text;
        var size = text.Split('\n')[1];
        var altered = SignedNote.Parse(text.Replace("\n" + size + "\n", "\n" + (long.Parse(size) + 1) + "\n"));

        Assert.False(altered.IsSignedBy(new NoteKey(Origin, await LogKeyAsync())));
    }

    private async Task<byte[]> LogKeyAsync()
    {
        await using var command = authority
            .Postgres.Connect(PostgresCluster.Superuser, authority.Database)
            .CreateCommand("select spki from sa.authority_certificate where authority = 'log'");
        return (byte[])(await command.ExecuteScalarAsync())!;
    }
}
