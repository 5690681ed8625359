using Xunit;

namespace SigningAuthority.IntegrationTests.Faults;

/// <summary>The same request many times at once, as impatient software sends it.</summary>
public sealed class SimultaneousRequestsTests(FaultedAuthority authority) : FaultScenario(authority)
{
    private const int AtOnce = 32;

    [Fact]
    public async Task The_same_upload_under_one_idempotency_key_is_one_request()
    {
        await StartSignerAsync("busy");
        var (server, key) = (NewServer.Make(), Guid.NewGuid().ToString());
        using var provider = Running.Client(bearer: Running.TelcoToken);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, AtOnce).Select(_ => new PatientCaller(provider).UntilAcceptedAsync(() => server.ToRequest(key)))
        );

        var id = Assert.Single(answers.Select(answer => answer.GetProperty("id").GetGuid()).Distinct());
        var request = new Workload(Authority, [id]);
        await request.RequireIssuedAsync();
        Assert.Equal(NewServer.Devices.Length, (await request.CertificatesAsync()).Count);
        Assert.Equal(1, await Authority.CountRequestsAsync("fqdn", server.Fqdn));
    }

    [Fact]
    public async Task Stations_that_ask_for_the_same_device_get_the_same_certificate()
    {
        await StartSignerAsync("busy");
        var device = NewDevice.Make();

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, AtOnce)
                .Select(async _ =>
                {
                    using var station = Running.StationClient();
                    return await new PatientCaller(station).UntilAcceptedAsync(device.ToRequest);
                })
        );

        var id = Assert.Single(answers.Select(answer => answer.GetProperty("id").GetGuid()).Distinct());
        Assert.Single(answers.Select(answer => answer.GetProperty("certificate").GetString()).Distinct());
        var request = new Workload(Authority, [id]);
        await request.RequireIssuedAsync();
        Assert.Single(await request.CertificatesAsync());
        Assert.Equal(1, await Authority.CountRequestsAsync("mac", device.Mac));
    }
}
