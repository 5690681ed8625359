using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Issuance.RevocationLists;
using SigningAuthority.Signer.Keys;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Signer.RevocationLists;

/// <summary>
/// Keeps the revocation lists of a lane's authorities true: at once when something was revoked, and by the clock so that none runs out.
/// Never gives up: faults of token and database are waited out.
/// </summary>
internal sealed partial class PublishRevocationLists(
    Lane lane,
    IssueRevocationLists issue,
    LaneAuthorities authorities,
    AuthorityConfiguration configuration,
    TokenHealth token,
    RequestNotifications notifications,
    TimeProvider time,
    ILogger<PublishRevocationLists> logger
) : BackgroundService
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(5);

    private readonly RevocationListPace _pace = new();
    private readonly long _began = time.GetTimestamp();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var wake = new SemaphoreSlim(0, 1);
        notifications.Revoked += (_, revoked) => WakeFor(revoked.Authority, wake);
        notifications.Connected += (_, _) => Wake(wake);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await token.WaitUntilOkAsync(stoppingToken);
                await authorities.RefreshAsync(stoppingToken);
                if (await RunAllAsync(stoppingToken))
                    await Task.Delay(_pace.After(time.GetElapsedTime(_began)), stoppingToken);
                else
                    await wake.WaitAsync(PollInterval, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                Tell(fault, "all");
                await Task.Delay(PauseAfterFault, stoppingToken)
                    .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }

    /// <returns>Whether there was anything to do.</returns>
    private async Task<bool> RunAllAsync(CancellationToken stopping)
    {
        var isBusy = false;
        foreach (
            var authority in configuration.Authorities.Where(a =>
                a.Lane == lane && authorities.Available.Has(a.Id) && authorities.HasKey(a)
            )
        )
        {
            try
            {
                isBusy |= await issue.RunAsync(authority.Id, stopping);
            }
            catch (Exception fault) when (!stopping.IsCancellationRequested && !IsOfAll(fault))
            {
                // Of this authority alone (no room for its list, say): the others' lists must not run out with it.
                Tell(fault, authority.Id);
            }
        }

        return isBusy;
    }

    // Token or database are away.
    private static bool IsOfAll(Exception fault) => fault is KeyStoreException { IsTransient: true } || DatabaseFaults.IsTransient(fault);

    private void Tell(Exception fault, string authority)
    {
        if (fault is KeyStoreException { IsTransient: true } away)
            token.Report(away);
        if (fault is UnfitListException)
            LogUnfit(authority, fault.Message);
        else if (fault is KeyStoreException || DatabaseFaults.IsTransient(fault))
            LogWaiting(lane, authority, fault.Message);
        else
            LogFault(fault, lane, authority);
    }

    private void WakeFor(string authority, SemaphoreSlim wake)
    {
        if (configuration.FindAuthority(authority)?.Lane == lane)
            Wake(wake);
    }

    private static void Wake(SemaphoreSlim wake)
    {
        try
        {
            wake.Release();
        }
        catch (Exception fault) when (fault is SemaphoreFullException or ObjectDisposedException)
        {
            // It is awake already, or has stopped.
        }
    }

    [LoggerMessage(LogLevel.Critical, "The revocation list of {Authority} is NOT made: {Reason}")]
    private partial void LogUnfit(string authority, string reason);

    [LoggerMessage(LogLevel.Warning, "Revocation lists of lane {Lane} ({Authority}) wait: {Reason}")]
    private partial void LogWaiting(Lane lane, string authority, string reason);

    [LoggerMessage(LogLevel.Error, "Revocation lists of lane {Lane} ({Authority}): an unexpected fault")]
    private partial void LogFault(Exception fault, Lane lane, string authority);
}
