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

    [Theory]
    [InlineData("operator token list")]
    [InlineData("operator provider add telco")]
    [InlineData("log verify")]
    [InlineData("migrate")]
    [InlineData("ceremony show")]
    public async Task A_command_whose_database_is_away_says_so_and_that_it_may_work_later(string command)
    {
        var nobody = new Dictionary<string, string>
        {
            ["CaConfig__Folder"] = Repository.CaConfig,
            ["Database__Connection"] = $"Host=127.0.0.1;Port={FreePort.Take()};Username=sa_operator;Database=authority;Timeout=2",
        };

        var result = await ExternalProgram.RunAsync(BuiltProgram.Dotnet, [BuiltProgram.Signer, .. command.Split(' ')], nobody);

        Assert.True(result.ExitCode is 1 or 2, result.ToString());
        Assert.Contains("127.0.0.1", result.Error);
        Assert.DoesNotContain("   at ", result.Error);
    }
}
