using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Storage.Certificates;
using SigningAuthority.Storage.Roots;

namespace SigningAuthority.Api.Publication;

/// <summary>
/// The authorities that ceremonies created, as the database had them some seconds ago: a ceremony may be held while this process
/// runs. The last good reading stays while the database is away. Thread-safe.
/// </summary>
internal sealed class PublishedAuthorities(
    Authorities authorities,
    RootManifests manifests,
    AuthorityConfiguration configuration,
    TimeProvider time,
    ILogger<PublishedAuthorities> logger
) : BackgroundService
{
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(5);

    private volatile AuthoritySnapshot _current = AuthoritySnapshot.Empty;

    public AuthoritySnapshot Current => _current;

    /// <summary>The same for the policy, at this moment.</summary>
    public AuthoritiesAt Available => _current.Times.At(time.GetUtcNow());

    /// <summary>The first reading is done before any request is taken.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ReadAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(ReadAgainAfter);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await ReadAsync(stoppingToken);
    }

    private async Task ReadAsync(CancellationToken cancellation)
    {
        try
        {
            var rows = await authorities.ReadAllAsync(cancellation);
            var times = await manifests.ReadTimesAsync(configuration, rows, cancellation);
            if (!_current.IsOf(rows, times))
                _current = AuthoritySnapshot.Of(configuration, rows, times);
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            logger.Log(
                Storage.DatabaseFaults.IsTransient(fault) ? LogLevel.Warning : LogLevel.Error,
                "The authorities could not be read again: {Fault}",
                fault.Message
            );
        }
    }
}
