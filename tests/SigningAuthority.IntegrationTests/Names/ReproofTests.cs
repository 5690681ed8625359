using System.Net;
using SigningAuthority.IntegrationTests.Faults;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Providers;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.IssuanceLog.Entries;
using Xunit;

namespace SigningAuthority.IntegrationTests.Names;

/// <summary>A proof holds for a time, is renewed while its record stands, and then covers nothing. Dates are moved in the database.</summary>
[Collection(NameFlows.Name)]
public sealed class ReproofTests(ProvingGround ground)
{
    private readonly HttpClient _telco = ground.Authority.Client(ground.Authority.TelcoToken);
    private readonly HttpClient _other = ground.Authority.Client(ground.Authority.OtherTelcoToken);

    [Fact]
    public async Task While_the_record_stands_the_proof_is_renewed()
    {
        await ground.ProveAsync(_telco, "standing.info");
        await MoveAsync("standing.info", "recheck_at = now(), valid_until = now() + interval '3 days'");
        await UntilAsync("standing.info", name => name.GetProperty("validUntil").GetDateTimeOffset() > DateTimeOffset.UtcNow.AddDays(360));
        Assert.Equal("valid", (await _telco.NameAsync("standing.info"))!.Value.GetProperty("status").GetString());
        await ExpectEntryAsync("standing.info", NameReproven.TypeName);
    }

    [Fact]
    public async Task A_record_that_is_gone_is_told_of_before_the_end_and_the_name_lapses_at_the_end()
    {
        var challenge = await ground.ProveAsync(_telco, "fading.info", subdomains: true);
        await ground.Zone.RemoveTextAsync(challenge.Member("record"), challenge.Member("value"));
        await MoveAsync("fading.info", "recheck_at = now()");
        await UntilAsync("fading.info", name => name.GetProperty("status").GetString() == "reprove-needed");
        var desk = new ProviderDesk(_telco);
        var csr = CertificationRequestBytes.Make("CN=prov.fading.info");
        Assert.Equal(HttpStatusCode.Accepted, (await desk.UploadAsync(csr.Der)).Status);

        await MoveAsync("fading.info", "recheck_at = now(), valid_until = now() - interval '1 second'");
        ProblemAssert.Breaks(
            await desk.UploadAsync(CertificationRequestBytes.Make("CN=prov.fading.info").Der),
            HttpStatusCode.UnprocessableEntity,
            "name-proof-expired"
        );
        Assert.Equal("lapsed", (await _telco.NameAsync("fading.info"))!.Value.GetProperty("status").GetString());
        await ExpectEntryAsync("fading.info", NameLapsed.TypeName);
    }

    [Fact]
    public async Task A_lapsed_name_is_proven_again_by_a_new_challenge()
    {
        await ground.ProveAsync(_telco, "again.info");
        await MoveAsync("again.info", "valid_until = now() - interval '1 second'");
        await ground.ProveAsync(_telco, "again.info", subdomains: true);
        var name = (await _telco.NameAsync("again.info"))!.Value;
        Assert.Equal("valid", name.GetProperty("status").GetString());
        Assert.True(name.GetProperty("includeSubdomains").GetBoolean());
    }

    [Fact]
    public async Task A_lapsed_name_may_become_anothers()
    {
        await ground.ProveAsync(_telco, "changing-hands.info");
        ProblemAssert.Breaks(await _other.ChallengeAsync("changing-hands.info"), HttpStatusCode.UnprocessableEntity, "name-not-available");
        await MoveAsync("changing-hands.info", "valid_until = now() - interval '1 second'");
        await ground.ProveAsync(_other, "changing-hands.info");
        Assert.Null(await _telco.NameAsync("changing-hands.info"));
        await ExpectEntryAsync("changing-hands.info", NameLapsed.TypeName);
    }

    private Task<int> MoveAsync(string name, string dates) =>
        ground.Everything.ExecuteAsync($"update sa.provider_name set {dates} where suffix = '{name}' and withdrawn_at is null");

    private Task UntilAsync(string name, Func<System.Text.Json.JsonElement, bool> isSo) =>
        Eventually.TrueAsync(async () => await _telco.NameAsync(name) is { } found && isSo(found), name);

    private Task ExpectEntryAsync(string name, string type) =>
        Eventually.TrueAsync(
            async () =>
                await ground.Everything.ScalarAsync<long>($"select count(*) from sa.log_entry where subject = '{name}' and type = '{type}'")
                == 1,
            $"an entry {type} of {name}"
        );
}
