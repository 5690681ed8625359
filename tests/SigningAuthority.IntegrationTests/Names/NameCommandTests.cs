using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Names;

/// <summary>The same by signctl, as a provider does it; and what the operator's command shows of it.</summary>
[Collection(NameFlows.Name)]
public sealed class NameCommandTests(ProvingGround ground)
{
    [Fact]
    public async Task Signctl_says_what_to_do_and_the_same_command_with_wait_goes_on_with_the_same_challenge()
    {
        var first = await SignctlAsync("prove", "by-command.info", "--dns", "--subdomains");
        Assert.True(first.ExitCode == 0, first.ToString());
        var challenge = JsonSerializer.Deserialize<JsonElement>(first.OutputBytes);
        Assert.Equal("pending", challenge.GetProperty("status").GetString());
        await ground.Zone.AddTextAsync(challenge.GetProperty("record").GetString()!, challenge.GetProperty("value").GetString()!);

        var second = await SignctlAsync("prove", "by-command.info", "--dns", "--subdomains", "--wait", "60");
        Assert.True(second.ExitCode == 0, second.ToString());
        var proven = JsonSerializer.Deserialize<JsonElement>(second.OutputBytes);
        Assert.Equal(challenge.GetProperty("id").GetString(), proven.GetProperty("id").GetString());
        Assert.Equal("proven", proven.GetProperty("status").GetString());

        Assert.Contains("by-command.info", (await SignctlAsync("list")).MustSucceed().Output);
        Assert.Contains("*.by-command.info proven", await ground.Authority.OperatorAsync("name", "list", RunningAuthority.Telco));
    }

    [Fact]
    public async Task What_is_not_there_and_what_is_refused_end_with_status_2()
    {
        await SignctlAsync("prove", "not-there.info", "--dns");
        var missing = await SignctlAsync("prove", "not-there.info", "--dns", "--wait", "1");
        Assert.Equal(2, missing.ExitCode);
        Assert.Contains("record-not-found", missing.Error);

        var refused = await SignctlAsync("prove", "files.info", "--http", "--subdomains");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("http-proof-covers-one-name", refused.Error);
        Assert.Equal(1, (await SignctlAsync("prove", "no-way.info")).ExitCode);
    }

    private Task<ProgramResult> SignctlAsync(params string[] arguments) =>
        ExternalProgram.RunAsync(
            BuiltProgram.Dotnet,
            [BuiltProgram.Signctl, "name", .. arguments],
            new Dictionary<string, string>
            {
                ["SA_URL"] = ground.Authority.Address.GetLeftPart(UriPartial.Authority),
                ["SA_CACERT"] = ground.Authority.ServiceRootFile,
                ["SA_PROVIDER_TOKEN"] = ground.Authority.TelcoToken,
            }
        );
}
