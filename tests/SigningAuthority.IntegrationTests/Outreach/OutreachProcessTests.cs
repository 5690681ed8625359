using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.IssuanceLog.Entries;
using Xunit;

namespace SigningAuthority.IntegrationTests.Outreach;

public sealed class OutreachProcessTests
{
    [Fact]
    public async Task It_runs_as_its_own_role_and_leaves_its_start_in_the_log()
    {
        await using var authority = await RunningAuthority.StartAsync(
            new AuthorityOptions
            {
                Keys = KeyStoreKind.File,
                HasApi = false,
                HasOutreach = true,
            }
        );
        var everything = authority.Postgres.Connect(PostgresCluster.Superuser, authority.Database);
        Assert.Equal(
            "outreach/outreach by sa_outreach",
            await everything.ScalarAsync<string>(
                $"select actor || ' by ' || written_by from sa.log_entry where type = '{ConfigurationLoaded.TypeName}' and actor like 'outreach/%'"
            )
        );
    }

    [Theory]
    [InlineData("Outreach__HealthAddress", "http://192.0.2.1:8082")]
    [InlineData("Outreach__Resolver", "resolver.example.com")]
    [InlineData("Outreach__UnsafeAllowedNetworks", "127.0.0.1/8x")]
    [InlineData("Outreach__UnsafeProofPort", "0")]
    [InlineData("Outreach__Instance", "two words")]
    public async Task A_setting_that_can_not_be_used_is_named_and_nothing_starts(string name, string value)
    {
        var settings = new Dictionary<string, string>
        {
            ["CaConfig__Folder"] = Repository.CaConfig,
            ["Database__Connection"] = $"Host=127.0.0.1;Port={FreePort.Take()};Username=sa_outreach;Database=authority;Timeout=2",
            [name] = value,
        };
        var result = await ExternalProgram.RunAsync(BuiltProgram.Dotnet, [BuiltProgram.Outreach, "run"], settings);
        Assert.Equal(78, result.ExitCode);
        Assert.Contains(name.Replace("__", ":"), result.Error);
    }
}
