using System.Net;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Requests;
using Xunit;

namespace SigningAuthority.IntegrationTests.Faults;

/// <summary>The token is pulled out under queued work, and put back.</summary>
public sealed class TokenAwayTests(FaultedAuthority authority) : FaultScenario(authority)
{
    private static readonly HttpClient Health = new();
    private bool _isAway;

    public override async Task DisposeAsync()
    {
        if (_isAway)
            PutBack();
        await base.DisposeAsync();
        await Running
            .Signers[FaultedAuthority.Sealer]
            .WaitUntilAsync(() => HttpProbe.IsOkAsync(Running.SignerHealth(FaultedAuthority.Sealer)));
    }

    [Fact]
    public async Task Requests_wait_without_losing_an_attempt_and_all_are_issued_when_the_token_is_back()
    {
        // It stands still with what it has promised to sign, so that it finds out at the key and nowhere earlier.
        var signer = await StartSignerAsync("tokenless", nameof(Lane.Device), settings: ("Signer__UnsafeFreezeAt", "IntentsCommitted"));
        var caught = await Authority.SubmitAsync(devices: 40);
        await Eventually.TrueAsync(() => Task.FromResult(signer.Process.IsFrozen), "the Signer stands still");
        TakeAway();
        signer.Process.Thaw();
        await Eventually.TrueAsync(async () => await TokenStatusAsync(signer) == "away", "the Signer says that its token is away");
        var waiting = await Authority.SubmitAsync(devices: 40);

        await caught.WaitUntilAsync("Queued");
        await SignersHaveSaidAsync("not token_ok");
        Assert.Equal((0, 0), (await caught.MostAttemptsAsync(), await waiting.MostAttemptsAsync()));
        Assert.Equal(waiting.Count, await waiting.CountAsync("Queued"));
        Assert.False(signer.Process.HasExited);

        PutBack();
        await waiting.RequireIssuedAsync();
        await caught.RequireIssuedAsync();
        await signer.Process.WaitUntilAsync(() => HttpProbe.IsOkAsync(Running.SignerHealth(signer.Name)));
    }

    [Fact]
    public async Task A_token_that_comes_and_goes_under_load_costs_nobody_a_certificate()
    {
        var signer = await StartSignerAsync("flickering");
        var work = new List<Workload>();
        for (var round = 0; round < 3; round++)
        {
            work.Add(await Authority.SubmitAsync(servers: 1, devices: 20));
            TakeAway();
            work.Add(await Authority.SubmitAsync(servers: 1, devices: 20));
            await Eventually.TrueAsync(async () => await TokenStatusAsync(signer) == "away", "the Signer says that its token is away");
            PutBack();
            work.Add(await Authority.SubmitAsync(servers: 1, devices: 20));
            await Eventually.TrueAsync(async () => await TokenStatusAsync(signer) == "ok", "the Signer says that its token is back");
        }

        await Workload.Together(work).RequireIssuedAsync();
        Assert.Equal(1, await Workload.Together(work).MostAttemptsAsync());
    }

    [Fact]
    public async Task Stations_are_told_to_come_back_and_get_their_certificate_then()
    {
        await StartSignerAsync("tokenless");
        await Eventually.TrueAsync(async () => await ApiTokenStatusAsync() == "ready", "the front door knows of the Signer");
        TakeAway();
        var device = NewDevice.Make();
        using var station = Running.StationClient();

        using (var turnedAway = await station.SendAsync(device.ToRequest()))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, turnedAway.StatusCode);
            Assert.Equal("application/problem+json", turnedAway.Content.Headers.ContentType?.MediaType);
            Assert.NotNull(turnedAway.Headers.RetryAfter?.Delta);
        }

        await Eventually.TrueAsync(async () => await ApiTokenStatusAsync() == "waiting", "the front door says that it waits for a token");
        PutBack();
        var certificate = await new PatientCaller(station).UntilAcceptedAsync(device.ToRequest);
        await new Workload(Authority, [certificate.GetProperty("id").GetGuid()]).RequireIssuedAsync();
        await Eventually.TrueAsync(async () => await ApiTokenStatusAsync() == "ready", "the front door says that it is ready");
    }

    private void TakeAway()
    {
        Running.Token!.TakeAway();
        _isAway = true;
    }

    private void PutBack()
    {
        Running.Token!.PutBack();
        _isAway = false;
    }

    private async Task<string?> TokenStatusAsync(RunningSigner signer) => await StatusAsync(Running.SignerHealth(signer.Name), "token");

    private async Task<string?> ApiTokenStatusAsync() => await StatusAsync(new Uri(Running.PlainAddress, "health/ready"), "token");

    private Task SignersHaveSaidAsync(string condition) =>
        Eventually.TrueAsync(
            async () =>
                await Authority.Database.ScalarAsync<bool>(
                    $"select bool_and({condition}) from sa.signer_heartbeat where '{nameof(Lane.Device)}' = any(lane) and at > now() - interval '5 seconds'"
                ),
            "the Signers have said so in the database"
        );

    private static async Task<string?> StatusAsync(Uri address, string part)
    {
        using var response = await Health.GetAsync(address);
        using var json = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync());
        return json.RootElement.GetProperty(part).GetProperty("status").GetString();
    }
}
