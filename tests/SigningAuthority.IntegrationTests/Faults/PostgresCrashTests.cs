using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Faults;

/// <summary>Postgres ends at once under load, as in a crash, and is started again; nobody else is.</summary>
public sealed class PostgresCrashTests(FaultedAuthority authority) : FaultScenario(authority)
{
    private const int Crashes = 2;
    private const int Stations = 6;
    private const int Providers = 2;

    private readonly ConcurrentDictionary<Guid, string?> _promised = new();
    private readonly ConcurrentBag<(string Column, string Value)> _asked = [];

    public override async Task DisposeAsync()
    {
        // A test that failed between a crash and the start has left none for the others.
        if (!Running.Postgres.IsRunning)
            await Running.Postgres.StartAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Nothing_that_was_promised_is_lost_nothing_is_doubled_and_every_repetition_succeeds()
    {
        var signers = await Task.WhenAll(StartSignerAsync("crashed-under"), StartSignerAsync("crashed-under"));
        using var enough = new CancellationTokenSource();
        PatientCaller[] stations = [.. Enumerable.Range(0, Stations).Select(_ => new PatientCaller(Running.StationClient()))];
        PatientCaller[] providers =
        [
            .. Enumerable.Range(0, Providers).Select(_ => new PatientCaller(Running.Client(bearer: Running.TelcoToken))),
        ];
        PatientCaller[] callers = [.. stations, .. providers];
        var load = Task.WhenAll([
            .. stations.Select(station => DrawAsync(station, enough.Token)),
            .. providers.Select(provider => UploadAsync(provider, enough.Token)),
        ]);

        for (var crash = 0; crash < Crashes; crash++)
        {
            await ProgressAsync(20, load);
            var before = callers.Sum(caller => caller.TurnedAway);
            await Running.Postgres.StopAsync(immediately: true);
            await Eventually.TrueAsync(
                () => Task.FromResult(load.IsFaulted || callers.Sum(caller => caller.TurnedAway) >= before + Stations),
                "callers are turned away"
            );
            await Running.Postgres.StartAsync();
        }

        await ProgressAsync(20, load);
        await enough.CancelAsync();
        await load;

        var work = new Workload(Authority, [.. _promised.Keys]);
        await work.RequireIssuedAsync();
        var issued = (await work.CertificatesAsync()).ToLookup(certificate => certificate.Request, certificate => certificate.Hex);
        Assert.All(
            _promised.Where(promise => promise.Value is not null),
            promise => Assert.Equal(promise.Value, Assert.Single(issued[promise.Key]))
        );
        foreach (var (column, value) in _asked)
            Assert.Equal(1, await Authority.CountRequestsAsync(column, value));
        Assert.All(signers, signer => Assert.False(signer.Process.HasExited));
        Assert.False(Running.Api.HasExited);
    }

    private async Task DrawAsync(PatientCaller station, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            var device = NewDevice.Make();
            var answer = await station.UntilAcceptedAsync(device.ToRequest);
            using var certificate = X509Certificate2.CreateFromPem(answer.GetProperty("certificate").GetString());
            _promised[answer.GetProperty("id").GetGuid()] = Convert.ToHexStringLower(certificate.RawData);
            _asked.Add(("mac", device.Mac));
        }
    }

    private async Task UploadAsync(PatientCaller provider, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            var (server, key) = (NewServer.Make(), Guid.NewGuid().ToString());
            var answer = await provider.UntilAcceptedAsync(() => server.ToRequest(key));
            _promised[answer.GetProperty("id").GetGuid()] = null;
            _asked.Add(("fqdn", server.Fqdn));
        }
    }

    /// <summary>Waits for so many more answers.</summary>
    private async Task ProgressAsync(int more, Task load)
    {
        var before = _promised.Count;
        await Eventually.TrueAsync(
            () => Task.FromResult(load.IsFaulted || _promised.Count >= before + more),
            $"{more} more requests are accepted"
        );
    }
}
