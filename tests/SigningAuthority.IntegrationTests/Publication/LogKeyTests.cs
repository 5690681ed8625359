using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IssuanceLog.Tree;
using Xunit;

namespace SigningAuthority.IntegrationTests.Publication;

[Collection(ProviderFlows.Name)]
public sealed class LogKeyTests(RunningAuthority authority)
{
    [Fact]
    public async Task The_published_key_verifies_the_published_checkpoint_and_is_the_one_of_the_ceremony()
    {
        var client = authority.Client();
        var line = (await client.AskAsync("log/key")).Text;

        Assert.EndsWith("\n", line);
        var key = NoteKey.ParseVerifierKey(line.TrimEnd('\n'));
        Assert.True(SignedNote.Parse((await client.AskAsync("log/checkpoint")).Body).IsSignedBy(key));
        await using var command = authority
            .Postgres.Connect(PostgresCluster.Superuser, authority.Database)
            .CreateCommand("select spki from sa.authority_certificate where authority = 'log'");
        Assert.Equal((byte[])(await command.ExecuteScalarAsync())!, key.SubjectPublicKeyInfo);
    }
}
