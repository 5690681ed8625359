using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Signer;
using Xunit;

namespace SigningAuthority.IntegrationTests.KeyRoom;

/// <summary>What a Signer is told of the addresses that certificates name, before it opens anything.</summary>
public sealed class PublicationSettingTests
{
    [Theory]
    [InlineData("", "Publication__Address")]
    [InlineData("https://pki.example.com", "plain HTTP")]
    [InlineData("pki.example.com", "Publication:Address")]
    public async Task Without_an_address_to_name_nothing_is_issued_and_the_Signer_says_so(string address, string said)
    {
        var result = await StartAsync(address, "Provider,Device");
        Assert.Equal(ExitCodes.Configuration, result.ExitCode);
        Assert.Contains(said, result.Error);
    }

    /// <summary>It goes on to the database, which is not there.</summary>
    [Fact]
    public async Task A_Signer_that_issues_nothing_needs_no_address()
    {
        var result = await StartAsync("", "Log");
        Assert.DoesNotContain("Publication", result.Error);
    }

    private static Task<ProgramResult> StartAsync(string address, string lanes) =>
        ExternalProgram.RunAsync(
            BuiltProgram.Dotnet,
            [BuiltProgram.Signer, "run"],
            new Dictionary<string, string>
            {
                ["CaConfig__Folder"] = Repository.CaConfig,
                ["Database__Connection"] = $"Host=127.0.0.1;Port={FreePort.Take()};Username=sa_signer;Database=authority;Timeout=2",
                ["Signer__Lanes"] = lanes,
                // Not a store: where the addresses are right, this is what stops it.
                ["Keys__Store"] = "none",
                ["Publication__Address"] = address,
            }
        );
}
