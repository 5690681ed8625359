using System.Diagnostics;
using SigningAuthority.Outreach.Health;
using SigningAuthority.Storage;

namespace SigningAuthority.Outreach.Work;

/// <summary>
/// One kind of work, for as long as the process lives: claims rows that are due (FOR UPDATE SKIP LOCKED, with a lease), does them
/// side by side, writes each one's result, and sleeps until the next poll. What a fault or a death cuts short is claimed again
/// when its lease ends, by whichever instance comes first; so a result is written only while the lease is still ours.
/// </summary>
/// <typeparam name="TWork">What is claimed; holds the row's id and what is needed to do it.</typeparam>
internal abstract partial class WorkLoop<TWork>(OutreachMetrics metrics, ILogger logger) : BackgroundService
{
    // Others' servers are slow, not us: enough that one that hangs holds up nobody.
    private const int AtOnce = 16;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>The kind's name in metrics and logs: "name-proof".</summary>
    protected abstract string Kind { get; }

    /// <summary>Claims at most <paramref name="limit"/> rows that are due, each with a lease longer than its work can take.</summary>
    protected abstract Task<IReadOnlyList<TWork>> ClaimAsync(int limit, CancellationToken cancellation);

    /// <summary>
    /// Does one and writes its result. A failure of the other side is a result and not an exception; an exception leaves the row to
    /// the end of its lease.
    /// </summary>
    protected abstract Task DoAsync(TWork work, CancellationToken cancellation);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.Zero;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var claimed = await ClaimAsync(AtOnce, stoppingToken);
                await Task.WhenAll(claimed.Select(work => DoSafelyAsync(work, stoppingToken)));
                pause = TimeSpan.Zero;
                if (claimed.Count < AtOnce)
                    await Task.Delay(PollInterval, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                pause = NextPause(pause);
                Report(exception, pause);
                await Task.Delay(pause, stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    private async Task DoSafelyAsync(TWork work, CancellationToken stopping)
    {
        var took = Stopwatch.StartNew();
        try
        {
            await DoAsync(work, stopping);
            metrics.Done(Kind, took.Elapsed);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The lease ends by itself.
        }
        catch (Exception exception)
        {
            metrics.Failed(Kind);
            Report(exception, TimeSpan.Zero);
        }
    }

    private void Report(Exception exception, TimeSpan pause)
    {
        if (DatabaseFaults.IsTransient(exception))
            LogAway(Kind, DatabaseFaults.Describe(exception), pause);
        else
            LogFault(exception, Kind, pause);
    }

    private static TimeSpan NextPause(TimeSpan pause) =>
        pause == TimeSpan.Zero ? TimeSpan.FromMilliseconds(500) : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));

    [LoggerMessage(LogLevel.Warning, "{Kind}: the database is away ({Reason}); on again in {Pause}")]
    private partial void LogAway(string kind, string reason, TimeSpan pause);

    [LoggerMessage(LogLevel.Error, "{Kind}: an unexpected fault; on again in {Pause}")]
    private partial void LogFault(Exception exception, string kind, TimeSpan pause);
}
