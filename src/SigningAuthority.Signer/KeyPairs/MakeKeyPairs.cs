using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SigningAuthority.Storage;
using SigningAuthority.Storage.KeyPairs;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Signer.KeyPairs;

/// <summary>
/// Makes the key pairs that stations ask for, beside the lanes and never in them: a device that has its own key waits for none of
/// this. Never gives up: faults of the database are waited out.
/// </summary>
internal sealed partial class MakeKeyPairs(
    KeyPairsAtTheKey pairs,
    KeysAhead ahead,
    DecideKeyPairs decide,
    RequestNotifications notifications,
    ILogger<MakeKeyPairs> logger
) : BackgroundService
{
    private const int MostAtOnce = 16;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var wake = new SemaphoreSlim(0);
        notifications.KeyPairs += (_, told) =>
        {
            if (told.Made.Count == 0)
                Wake(wake);
        };
        notifications.Connected += (_, _) => Wake(wake);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await MakeSomeAsync(stoppingToken)) { }
                await wake.WaitAsync(PollInterval, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogFault(exception, DatabaseFaults.IsTransient(exception) ? "the database is away" : "an unexpected fault");
                await Task.Delay(PauseAfterFault, stoppingToken)
                    .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }

    /// <returns>False when none is wanted for now.</returns>
    private async Task<bool> MakeSomeAsync(CancellationToken stopping)
    {
        var (count, isOrdered) = await pairs.LookAsync(stopping);
        ahead.Fill(isOrdered || count > 0);
        if (count == 0)
            return false;

        // Keys first: no transaction waits while one is made.
        var keys = await ahead.TakeAsync(Math.Min(count, MostAtOnce), stopping);
        try
        {
            return await pairs.MakeAsync(keys.Count, wanted => decide.RunAsync(wanted, keys, stopping), stopping) > 0;
        }
        finally
        {
            foreach (var key in keys)
                key.Dispose();
        }
    }

    private static void Wake(SemaphoreSlim wake)
    {
        try
        {
            wake.Release();
        }
        catch (ObjectDisposedException)
        {
            // It has stopped.
        }
    }

    [LoggerMessage(LogLevel.Error, "Key pairs: {What}")]
    private partial void LogFault(Exception exception, string what);
}
