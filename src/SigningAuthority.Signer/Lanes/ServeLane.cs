using System.Runtime.ExceptionServices;
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
    SignerSettings settings,
    RequestNotifications notifications,
    SignerMetrics metrics,
    ILogger<ServeLane> logger
) : BackgroundService
{
    // One waits for the cores, one is signed, one recorded; the next is claimed when one of them is done.
    private const int MostInFlight = 3;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var wake = new SemaphoreSlim(0, 1);
        notifications.Queued += (_, queued) => WakeFor(queued.Lane, wake);
        notifications.Connected += (_, _) => WakeFor(lane, wake);
        var pause = TimeSpan.Zero;
        var keysAreOpen = false;
        var limit = settings.BatchLimit;
        var inFlight = new BatchesInFlight(MostInFlight, fault => Report(fault, wake));
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await inFlight.MakeRoomAsync();
                await WaitForTokenAsync(inFlight, stoppingToken);
                if (!keysAreOpen)
                    await OpenKeysAsync(stoppingToken);
                keysAreOpen = true;
                if (inFlight.IsEmpty)
                    await issue.HandBackAsync(lane, stoppingToken);
                var batch = await issue.BeginAsync(lane, limit, inFlight.IsEmpty, stoppingToken);
                inFlight.Add(batch);
                pause = TimeSpan.Zero;
                if (batch.Claimed == limit)
                    continue;
                limit = settings.BatchLimit;
                await wake.WaitAsync(PollInterval, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (KeyStoreException fault)
            {
                LogKeysAway(lane, fault.Message);
                await HandBackAsync(inFlight);
                // The token answers its probe although this key can't be used: waiting for the token would not wait at all.
                pause = fault.IsTransient ? TimeSpan.Zero : NextPause(pause);
                await WaitAsync(pause, stoppingToken);
            }
            catch (Exception exception)
            {
                // A fault of the database, or a bug: the batch goes back into the queue either way, and the lane lives on.
                // One by one until the queue is empty: a single bad request must not spend the attempts of its neighbours.
                await inFlight.DrainAsync();
                if (!DatabaseFaults.IsTransient(exception))
                    limit = 1;
                pause = NextPause(pause);
                metrics.BatchFailed(lane);
                LogFault(exception, lane, DatabaseFaults.IsTransient(exception) ? "the database is away" : "an unexpected fault", pause);
                await WaitAsync(pause, stoppingToken);
            }
        }

        await HandBackAsync(inFlight);
    }

    /// <summary>Nobody looks at the batches in flight while the token is away: they end first, and what they leave is handed back at once.</summary>
    /// <exception cref="Exception">Of such a batch, when it is none of the token's.</exception>
    private async Task WaitForTokenAsync(BatchesInFlight inFlight, CancellationToken stopping)
    {
        while (!token.Current.IsOk)
        {
            var faults = await HandBackAsync(inFlight);
            if (faults.FirstOrDefault(fault => fault is not KeyStoreException) is { } other)
                ExceptionDispatchInfo.Throw(other);
            await token.WaitUntilOkAsync(stopping);
        }
    }

    private async Task OpenKeysAsync(CancellationToken stopping)
    {
        try
        {
            await authorities.OpenKeysAsync(lane, stopping);
        }
        catch (KeyStoreException fault)
        {
            token.Report(fault);
            throw;
        }
    }

    /// <summary>When it happens, and then alone: told later it would make away a token that has come back meanwhile.</summary>
    private void Report(Exception fault, SemaphoreSlim wake)
    {
        if (fault is KeyStoreException away)
            token.Report(away);
        Wake(wake);
    }

    /// <summary>A stop cut a batch short, or the token went away: another Signer need not wait for the end of our lease.</summary>
    /// <returns>The faults of batches that nobody has looked at yet.</returns>
    private async Task<IReadOnlyList<Exception>> HandBackAsync(BatchesInFlight inFlight)
    {
        var faults = await inFlight.DrainAsync();
        try
        {
            await issue.HandBackAsync(lane, CancellationToken.None);
        }
        catch (Exception exception) when (DatabaseFaults.IsTransient(exception))
        {
            LogFault(exception, lane, "the database is away", TimeSpan.Zero);
        }

        return faults;
    }

    private void WakeFor(Lane queued, SemaphoreSlim wake)
    {
        if (queued == lane)
            Wake(wake);
    }

    private static void Wake(SemaphoreSlim wake)
    {
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
