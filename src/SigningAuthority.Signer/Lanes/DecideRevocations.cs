using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.Storage;
using SigningAuthority.Storage.Requests;
using SigningAuthority.Storage.Revocations;

namespace SigningAuthority.Signer.Lanes;

/// <summary>
/// Decides what is to be revoked of this Signer's authorities, beside the lanes and never in them. It needs no key, so it goes on while a token is
/// away. Never gives up: faults of the database are waited out.
/// </summary>
internal sealed partial class DecideRevocations : BackgroundService
{
    private const int MostAtOnce = 100;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    private readonly RevocationsAtTheKey _requests;
    private readonly CarryOutRecalls _recalls;
    private readonly RuleOnRevocation _ruling;
    private readonly RequestNotifications _notifications;
    private readonly ILogger<DecideRevocations> _logger;
    private readonly TimeSpan _window;
    private readonly IReadOnlyList<Lane> _lanes;
    private readonly IReadOnlyList<string> _authorities;

    public DecideRevocations(
        RevocationsAtTheKey requests,
        CarryOutRecalls recalls,
        RuleOnRevocation ruling,
        RevocationPolicy policy,
        AuthorityConfiguration configuration,
        SignerSettings settings,
        RequestNotifications notifications,
        ILogger<DecideRevocations> logger
    )
    {
        (_requests, _recalls, _ruling, _notifications, _logger) = (requests, recalls, ruling, notifications, logger);
        _window = TimeSpan.FromHours(policy.Settings.WindowHours);
        _lanes = [.. settings.Lanes];
        _authorities = [.. configuration.Authorities.Where(authority => _lanes.Contains(authority.Lane)).Select(authority => authority.Id)];
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var wake = new SemaphoreSlim(0);
        _notifications.RevocationRequested += (_, _) => Wake(wake);
        // A replacement asks by being issued.
        _notifications.Finished += (_, _) => Wake(wake);
        _notifications.Connected += (_, _) => Wake(wake);
        var (limit, isGivingUp) = (MostAtOnce, false);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var decided = await _requests.DecideAsync(
                    _authorities,
                    _window,
                    limit,
                    isGivingUp ? _ruling.GiveUp : _ruling.Rule,
                    stoppingToken
                );
                var wasFull = decided == limit;
                (limit, isGivingUp) = (decided == 0 ? MostAtOnce : limit, false);
                // After a fault singles are looked at one by one until none is left; else neither they nor recalls wait for the other's end.
                if (wasFull && limit < MostAtOnce)
                    continue;
                limit = MostAtOnce;
                if (await _recalls.RunAsync(_lanes, stoppingToken) || wasFull)
                    continue;
                await wake.WaitAsync(PollInterval, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                var isTransient = DatabaseFaults.IsTransient(exception);
                LogFault(exception, isTransient ? "the database is away" : "an unexpected fault");
                // One by one, then without the one that can't be decided.
                if (!isTransient)
                    (limit, isGivingUp) = (1, limit == 1);
                await Task.Delay(PauseAfterFault, stoppingToken)
                    .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }

    private static void Wake(SemaphoreSlim wake)
    {
        try
        {
            if (wake.CurrentCount == 0)
                wake.Release();
        }
        catch (ObjectDisposedException)
        {
            // It has stopped.
        }
    }

    [LoggerMessage(LogLevel.Error, "Revocations: {What}")]
    private partial void LogFault(Exception exception, string what);
}
