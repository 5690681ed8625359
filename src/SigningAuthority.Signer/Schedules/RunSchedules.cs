using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quartz;
using SigningAuthority.Signer.Lanes;

namespace SigningAuthority.Signer.Schedules;

/// <summary>
/// Starts the schedules, beside the lanes and without end: a database that is away for a moment, or another Signer that stands still with
/// Quartz's lock, must not keep a Signer from signing. At the end waits for what is under way.
/// </summary>
internal sealed partial class RunSchedules(ISchedulerRuntime schedulers, SignerSettings settings, ILogger<RunSchedules> logger)
    : BackgroundService
{
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!await TryStartAsync(stoppingToken))
            await PauseAsync(PauseAfterFault, stoppingToken);
        await PauseAsync(Timeout.InfiniteTimeSpan, stoppingToken);
        await schedulers.Remove(ScheduledWork.Name, waitForJobsToComplete: true, CancellationToken.None);
    }

    /// <returns>False when it is to be tried again: a scheduler that could not be started leaves nothing behind.</returns>
    private async Task<bool> TryStartAsync(CancellationToken stopping)
    {
        try
        {
            await schedulers.Add(
                ScheduledWork.Name,
                quartz => ScheduledWork.Configure(quartz, settings.ConnectionString),
                cancellationToken: stopping
            );
            return true;
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            return true;
        }
        catch (Exception fault)
        {
            LogNotStarted(fault, PauseAfterFault);
            return false;
        }
    }

    private static Task PauseAsync(TimeSpan pause, CancellationToken stopping) =>
        Task.Delay(pause, stopping).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    [LoggerMessage(LogLevel.Error, "What is done by the clock could not be started; tried again in {Pause}")]
    private partial void LogNotStarted(Exception fault, TimeSpan pause);
}
