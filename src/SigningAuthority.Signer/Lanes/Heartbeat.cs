using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using SigningAuthority.Signer.Keys;
using SigningAuthority.Storage.Lanes;

namespace SigningAuthority.Signer.Lanes;

/// <summary>Tells the database every two seconds which lanes are served and whether the token answers: the front door's readiness reads it there.</summary>
internal sealed partial class Heartbeat(
    SignerHeartbeats beats,
    SignerIdentity identity,
    SignerSettings settings,
    TokenHealth token,
    ILogger<Heartbeat> logger
) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>When the database last took a beat; null until the first.</summary>
    public DateTimeOffset? LastBeat { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        do
        {
            try
            {
                var state = token.Current;
                await beats.BeatAsync(
                    identity.Instance,
                    [.. settings.Lanes.Select(lane => lane.ToString())],
                    state.IsOk,
                    state.Detail,
                    stoppingToken
                );
                LastBeat = DateTimeOffset.UtcNow;
            }
            catch (NpgsqlException exception)
            {
                LogMissed(exception.Message);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // Asked to stop in the middle of a beat: the row below is taken away all the same.
            }
        } while (await NextAsync(timer, stoppingToken));

        await StopBeatingAsync();
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

    private async Task StopBeatingAsync()
    {
        try
        {
            await beats.StopAsync(identity.Instance, CancellationToken.None);
        }
        catch (NpgsqlException exception)
        {
            LogMissed(exception.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "A heartbeat is missed: {Reason}")]
    private partial void LogMissed(string reason);
}
