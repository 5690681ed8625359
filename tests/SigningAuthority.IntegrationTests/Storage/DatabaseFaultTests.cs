using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage;
using SigningAuthority.Storage.Requests;
using Xunit;

namespace SigningAuthority.IntegrationTests.Storage;

public sealed class DatabaseFaultTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task While_Postgres_is_away_calls_fail_as_transient_and_afterwards_everything_acknowledged_is_there()
    {
        await using var cluster = await PostgresCluster.CreateAsync(durable: true);
        var scenario = await StorageScenario.CreateAsync(cluster);
        var acknowledged = new List<NewSigningRequest>();
        var faults = new List<Exception>();
        var restarted = new TaskCompletionSource();
        var load = Task.Run(async () =>
        {
            for (var after = 0; after < 20; after += restarted.Task.IsCompleted ? 1 : 0)
            {
                var device = StorageScenario.Device();
                try
                {
                    await scenario.SubmitOneAsync(device);
                    acknowledged.Add(device);
                }
                catch (Exception fault) when (DatabaseFaults.IsTransient(fault))
                {
                    faults.Add(fault);
                }
            }
        });

        await WaitAsync(() => acknowledged.Count > 20);
        await cluster.StopAsync(immediately: true);
        await WaitAsync(() => faults.Count > 0);
        await cluster.StartAsync();
        restarted.SetResult();
        await load.WaitAsync(Patience);

        var found = await new SigningRequestQueries(scenario.Api).FindManyAsync([.. acknowledged.Select(r => r.Id)]);
        Assert.Equal(acknowledged.Count, found.Count);
        Assert.Null(await RetryAsync(() => scenario.VerifyAsync()));
    }

    [Fact]
    public async Task A_claim_that_a_crash_forgets_costs_nothing_but_the_work()
    {
        await using var cluster = await PostgresCluster.CreateAsync(durable: true);
        var scenario = await StorageScenario.CreateAsync(cluster);
        await scenario.SubmitOneAsync(StorageScenario.Device());
        var queue = scenario.Queue();
        // The claim is held back from the disk, as if the crash came right after it.
        await scenario.Superuser.ExecuteAsync("alter system set wal_writer_delay = '10s'");
        await scenario.Superuser.ScalarAsync<bool>("select pg_reload_conf()");
        var claimed = await queue.ClaimAsync(Lane.Device, 1, TimeSpan.FromMinutes(1));
        await cluster.StopAsync(immediately: true);
        await cluster.StartAsync();

        // Whether the claim survived is the disk's affair. If it did not, its holder can't write, and claims again.
        var outcome = await RetryAsync(() => StorageScenario.CommitIntentsAsync(queue, StorageScenario.Intend(claimed[0])));
        if (outcome is LeaseLostException)
            Assert.Equal(1, await StorageScenario.IssueAsync(queue, Lane.Device));
        else
            Assert.Null(outcome);
        Assert.Null(await RetryAsync(() => scenario.VerifyAsync()));
    }

    [Fact]
    public async Task Listeners_hear_of_requests_and_results_and_listen_again_after_a_restart()
    {
        await using var cluster = await PostgresCluster.CreateAsync();
        var scenario = await StorageScenario.CreateAsync(cluster);
        var notifications = new RequestNotifications(scenario.Api);
        var heard = new System.Collections.Concurrent.ConcurrentQueue<string>();
        notifications.Connected += (_, _) => heard.Enqueue("connected");
        notifications.Disconnected += (_, _) => heard.Enqueue("disconnected");
        notifications.Queued += (_, e) => heard.Enqueue($"queued {e.Lane}");
        notifications.Finished += (_, e) => heard.Enqueue($"finished {string.Join(',', e.Requests)}");
        notifications.Logged += (_, _) => heard.Enqueue("logged");
        using var end = new CancellationTokenSource();
        var listening = notifications.RunAsync(end.Token);
        await WaitAsync(() => heard.Contains("connected"));

        var first = await IssueOneAsync(scenario);
        await WaitAsync(() => heard.Contains("queued Device") && heard.Contains($"finished {first}"));
        await scenario.VerifyAsync();
        await WaitAsync(() => heard.Contains("logged"));

        await cluster.StopAsync();
        await WaitAsync(() => heard.Contains("disconnected"));
        await cluster.StartAsync();
        await WaitAsync(() => heard.Count(text => text == "connected") == 2);
        var second = await IssueOneAsync(scenario);
        await WaitAsync(() => heard.Contains($"finished {second}"));

        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening.WaitAsync(Patience));
    }

    private static async Task<SigningRequestId> IssueOneAsync(StorageScenario scenario)
    {
        var device = StorageScenario.Device();
        // The pool may still hold connections of before the restart; each fails once.
        Assert.Null(await RetryAsync(() => scenario.SubmitOneAsync(device)));
        Assert.Null(await RetryAsync(() => StorageScenario.IssueAsync(scenario.Queue(), Lane.Device)));
        return device.Id;
    }

    /// <summary>As the processes do it: what fails in passing is done again.</summary>
    private static async Task<Exception?> RetryAsync(Func<Task> act)
    {
        for (var deadline = DateTime.UtcNow + Patience; ; await Task.Delay(20))
        {
            var fault = await Record.ExceptionAsync(act);
            if (fault is null || !DatabaseFaults.IsTransient(fault) || DateTime.UtcNow > deadline)
                return fault;
        }
    }

    private static async Task WaitAsync(Func<bool> condition)
    {
        for (var deadline = DateTime.UtcNow + Patience; !condition(); await Task.Delay(20))
            Assert.True(DateTime.UtcNow < deadline, "Waited too long.");
    }
}
