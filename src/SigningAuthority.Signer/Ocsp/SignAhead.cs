using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.Signer.Keys;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage;
using SigningAuthority.Storage.Ocsp;

namespace SigningAuthority.Signer.Ocsp;

/// <summary>
/// Signs again, ahead of their end, the answers that were asked for since they were last signed: who asks each day never waits, and an
/// outage of the key room finds them fresh. Sweeps what nobody wants any more. Several Signers share the work by row.
/// </summary>
internal sealed partial class SignAhead(
    OcspAtTheKey answers,
    KeptResponders kept,
    AnswerBatch answer,
    AuthorityConfiguration configuration,
    TokenHealth token,
    LanesAtWork lanes,
    ILogger<SignAhead> logger
) : BackgroundService
{
    private const int BatchLimit = 128;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenBatches = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan WhileBusy = TimeSpan.FromSeconds(1);

    // Twice as long as the front door waits and more.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // What could not be replaced will not be a moment later.
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMinutes(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(
            EachAsync(cancellation => answers.SweepAsync(Patience, cancellation), stoppingToken),
            EachAsync(PassAsync, stoppingToken)
        );

    private async Task EachAsync(Func<CancellationToken, Task> act, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        do
        {
            try
            {
                await act(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (KeyStoreException fault)
            {
                token.Report(fault);
            }
            catch (Exception exception)
            {
                LogFault(exception, DatabaseFaults.IsTransient(exception) ? "the database is away" : "an unexpected fault");
            }
        } while (await NextAsync(timer, stoppingToken));
    }

    /// <summary>Looks at each answer that is due once.</summary>
    private async Task PassAsync(CancellationToken stopping)
    {
        await token.WaitUntilOkAsync(stopping);
        OcspPassMark? mark = null;
        var isWhole = true;
        do
        {
            if (kept.ReadyUntil is not { Count: > 0 } ready)
                return;
            var step = await SignSomeAsync(ready, mark, stopping);
            isWhole &= step.Stored == step.Due;
            mark = step.Last;
            // The lines go first: what is due has hours.
            await Task.Delay(lanes.IsBusy ? WhileBusy : BetweenBatches, stopping);
        } while (mark is not null);

        if (!isWhole)
            await Task.Delay(PauseAfterFailure, stopping);
    }

    private Task<OcspPassStep> SignSomeAsync(IReadOnlyList<ResponderEnd> ready, OcspPassMark? after, CancellationToken stopping)
    {
        var ocsp = configuration.Policy.Ocsp;
        return answers.SignAheadAsync(
            ready,
            TimeSpan.FromHours(ocsp.RefreshBeforeHours),
            TimeSpan.FromHours(ocsp.ResponseHours),
            BatchLimit,
            after,
            answer.SignAheadAsync,
            stopping
        );
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "OCSP answers signed ahead: {What}")]
    private partial void LogFault(Exception exception, string what);
}
