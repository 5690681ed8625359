using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.Signer.Keys;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage;
using SigningAuthority.Storage.Ocsp;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Signer.Ocsp;

/// <summary>
/// Answers the questions that the front door passes on, in batches, beside the lanes. Never gives up: faults of token and database are
/// waited out, and what was claimed meanwhile is there again for whoever is next.
/// </summary>
internal sealed partial class AnswerQuestions(
    OcspAtTheKey questions,
    KeptResponders kept,
    AnswerBatch answer,
    AnswerPace pace,
    AuthorityConfiguration configuration,
    TokenHealth token,
    SignerSettings settings,
    RequestNotifications notifications,
    ILogger<AnswerQuestions> logger
) : BackgroundService
{
    // While one batch is signed, another is claimed or recorded.
    private const int Workers = 2;
    private const int BatchLimit = 64;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var wake = new SemaphoreSlim(0, Workers);
        notifications.OcspAsked += (_, _) => Wake(wake);
        notifications.Connected += (_, _) => Wake(wake);
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => WorkAsync(wake, stoppingToken)));
    }

    private async Task WorkAsync(SemaphoreSlim wake, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await token.WaitUntilOkAsync(stopping);
                while (await AnswerSomeAsync(stopping))
                    await Task.Delay(pace.Pause, stopping);
                await wake.WaitAsync(PollInterval, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (KeyStoreException fault)
            {
                token.Report(fault);
                await PauseAsync(stopping);
            }
            catch (Exception exception)
            {
                LogFault(exception, DatabaseFaults.IsTransient(exception) ? "the database is away" : "an unexpected fault");
                await PauseAsync(stopping);
            }
        }
    }

    /// <returns>False when there are none for now.</returns>
    private async Task<bool> AnswerSomeAsync(CancellationToken stopping)
    {
        var ready = kept.Ready;
        var count = ready.Count == 0 ? 0 : await AnswerSomeAsync(ready, stopping);
        var others = configuration
            .Authorities.Where(authority => settings.Lanes.Contains(authority.Lane))
            .Select(authority => authority.Id)
            .Except(ready)
            .ToList();
        if (others.Count > 0)
        {
            foreach (var authority in await questions.FindAskedAsync(others, stopping))
                kept.Want(authority);
        }

        return count > 0;
    }

    private async Task<int> AnswerSomeAsync(IReadOnlyList<string> ready, CancellationToken stopping)
    {
        int limit;
        while ((limit = pace.Take(BatchLimit)) == 0)
            await Task.Delay(AnswerPace.UntilMore, stopping);
        var count = 0;
        try
        {
            return count = await questions.AnswerAsync(ready, limit, answer.RunAsync, stopping);
        }
        finally
        {
            pace.GiveBack(limit - count);
        }
    }

    private static Task PauseAsync(CancellationToken stopping) =>
        Task.Delay(PauseAfterFault, stopping)
            .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    private static void Wake(SemaphoreSlim wake)
    {
        try
        {
            wake.Release();
        }
        catch (Exception exception) when (exception is SemaphoreFullException or ObjectDisposedException)
        {
            // All are awake already, or have stopped.
        }
    }

    [LoggerMessage(LogLevel.Error, "OCSP questions: {What}")]
    private partial void LogFault(Exception exception, string what);
}
