using SigningAuthority.Issuance.Requests;
using Xunit;

namespace SigningAuthority.IntegrationTests.Faults;

/// <summary>A Signer is asked to stop (SIGTERM) while it has work.</summary>
public sealed class StoppedSignerTests(FaultedAuthority authority) : FaultScenario(authority)
{
    private const int Rounds = 4;
    private static readonly TimeSpan InTime = TimeSpan.FromSeconds(25);

    [Fact]
    public async Task It_ends_in_time_and_leaves_no_request_under_its_lease()
    {
        var work = new List<Workload>();
        for (var round = 0; round < Rounds; round++)
        {
            // With this lease, whatever stays behind is stuck for the test's lifetime.
            var signer = await StartSignerAsync("stopped", settings: ("Signer__LeaseSeconds", "3600"));
            using var enough = new CancellationTokenSource();
            var load = SubmitUntilAsync(enough.Token);
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(50, 300)), CancellationToken.None);
            var stopping = signer.Process.StopAsync();
            await stopping.WaitAsync(InTime);
            await enough.CancelAsync();
            work.AddRange(await load);

            Assert.Equal(0, signer.Process.ExitCode);
            Assert.Equal(0, await Workload.Together(work).CountAsync("Signing"));
        }

        await StartSignerAsync("successor");
        await Workload.Together(work).RequireIssuedAsync();
    }

    private async Task<List<Workload>> SubmitUntilAsync(CancellationToken enough)
    {
        var work = new List<Workload>();
        do work.Add(await Authority.SubmitAsync(servers: 1, devices: 10));
        while (!enough.IsCancellationRequested && work.Count < 12);
        return work;
    }
}
