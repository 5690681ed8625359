using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Configuration;
using Xunit;

namespace SigningAuthority.IntegrationTests.Providers;

/// <summary>Each decision's entry names the policy that made it: at the door, refused or not, and at the key.</summary>
[Collection(ProviderFlows.Name)]
public sealed class DecisionEvidenceTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private static readonly AuthorityConfiguration Running = AuthorityConfiguration.Load(Repository.CaConfig);

    private readonly ProviderDesk _desk = new(authority.Client(authority.TelcoToken));
    private readonly IssuanceLogReader _log = new(authority);

    [Fact]
    public async Task A_request_that_is_accepted_and_one_that_is_refused_say_by_which_policy()
    {
        var from = IssuanceLogReader.FromNow();
        await _desk.UploadAsync("no request"u8.ToArray());
        var made = await MadeRequest.MakeAsync(authority.Scratch, "prov.callme.com");
        var id = (await _desk.UploadAsync(made.Pem)).Member("id");
        await _desk.WaitAsync(id);

        RequireRunningPolicy(await _log.AwaitAsync($"type=request.refused&actor=provider%2Ftelco&{from}", 1));
        RequireRunningPolicy(await _log.AwaitAsync($"type=request.submitted&requestId={id}", 1));
        RequireRunningPolicy(await _log.AwaitAsync($"type=certificate.intended&requestId={id}", 1));
    }

    private static void RequireRunningPolicy(IReadOnlyList<JsonElement> entries) =>
        Assert.All(
            entries.Select(entry => entry.GetProperty("entry")),
            entry =>
                Assert.Equal(
                    (Running.PolicyVersion, Running.Hash),
                    (entry.GetProperty("policyVersion").GetString(), entry.GetProperty("policyHash").GetString())
                )
        );
}
