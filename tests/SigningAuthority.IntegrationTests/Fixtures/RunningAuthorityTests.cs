using Xunit;

namespace SigningAuthority.IntegrationTests.Fixtures;

public sealed class RunningAuthorityTests
{
    [Theory]
    [InlineData(nameof(KeyStoreKind.SoftHsm))]
    [InlineData(nameof(KeyStoreKind.File))]
    public async Task A_signer_and_the_operators_commands_set_an_authority_up(string keys)
    {
        await using var authority = await RunningAuthority.StartAsync(
            new AuthorityOptions { Keys = Enum.Parse<KeyStoreKind>(keys), HasApi = false }
        );
        Assert.True(File.Exists(authority.StationCertificateFile));
        Assert.StartsWith("sa_", authority.TelcoToken);

        await authority.KillSignerAsync();
        await authority.StartSignerAsync();
        await authority.StopSignerAsync();
        Assert.Equal(0, authority.Signers[AuthorityOptions.OnlySigner].ExitCode);
    }
}
