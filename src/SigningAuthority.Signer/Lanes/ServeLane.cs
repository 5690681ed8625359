using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Signer.Health;
using SigningAuthority.Signer.Keys;
using SigningAuthority.Storage;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Signer.Lanes;

/// <summary>
/// Serves one lane's queue for as long as the process lives: issues while there is work, then sleeps until a notification
/// or, should one be lost, the next poll. Never gives up: faults of token and database are waited out.
/// </summary>
internal sealed partial class ServeLane(
    Lane lane,
    IssueCertificates issue,
    LaneAuthorities authorities,
    TokenHealth token,
    RequestNotifications notifications,
    SignerMetrics metrics,
    ILogger<ServeLane> logger
) : BackgroundService
{
    // Group commit: two durable commits a batch. Beyond some hundreds a batch only makes its first member wait.
    private const int BatchLimit = 256;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var wake = new SemaphoreSlim(0, 1);
        notifications.Queued += (_, queued) => WakeFor(queued.Lane, wake);
        notifications.Connected += (_, _) => WakeFor(lane, wake);
        var pause = TimeSpan.Zero;
        var keysAreOpen = false;
        var limit = BatchLimit;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await token.WaitUntilOkAsync(stoppingToken);
                if (!keysAreOpen)
                    await authorities.OpenKeysAsync(lane, stoppingToken);
                keysAreOpen = true;
                var claimed = await issue.RunAsync(lane, limit, stoppingToken);
                pause = TimeSpan.Zero;
                if (claimed == limit)
                    continue;
                limit = BatchLimit;
                await wake.WaitAsync(PollInterval, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (KeyStoreException fault)
            {
                LogKeysAway(lane, fault.Message);
                token.Report(fault);
                // The token answers its probe although this key can't be used: waiting for the token would not wait at all.
                pause = fault.IsTransient ? TimeSpan.Zero : NextPause(pause);
                await WaitAsync(pause, stoppingToken);
            }
            catch (Exception exception)
            {
                // A fault of the database, or a bug: the batch goes back into the queue either way, and the lane lives on.
                // One by one until the queue is empty: a single bad request must not spend the attempts of its neighbours.
                if (!DatabaseFaults.IsTransient(exception))
                    limit = 1;
                pause = NextPause(pause);
                metrics.BatchFailed(lane);
                LogFault(exception, lane, DatabaseFaults.IsTransient(exception) ? "the database is away" : "an unexpected fault", pause);
                await WaitAsync(pause, stoppingToken);
            }
        }

        await HandBackAsync();
    }

    /// <summary>A stop cut a batch short: another Signer need not wait for the end of our lease.</summary>
    private async Task HandBackAsync()
    {
        try
        {
            await issue.HandBackAsync(lane, CancellationToken.None);
        }
        catch (Exception exception) when (DatabaseFaults.IsTransient(exception))
        {
            LogFault(exception, lane, "the database is away", TimeSpan.Zero);
        }
    }

    private void WakeFor(Lane queued, SemaphoreSlim wake)
    {
        if (queued != lane)
            return;

        try
        {
            wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
        catch (ObjectDisposedException)
        {
            // It has stopped.
        }
    }

    private static TimeSpan NextPause(TimeSpan pause) =>
        pause == TimeSpan.Zero ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));

    private static Task WaitAsync(TimeSpan pause, CancellationToken stopping) =>
        Task.Delay(pause, stopping).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    [LoggerMessage(LogLevel.Warning, "Lane {Lane} waits for its keys: {Detail}")]
    private partial void LogKeysAway(Lane lane, string detail);

    [LoggerMessage(LogLevel.Error, "Lane {Lane}: {What}; on again in {Pause}")]
    private partial void LogFault(Exception exception, Lane lane, string what, TimeSpan pause);
}
