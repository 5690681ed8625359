using SigningAuthority.Issuance.Roots;
using SigningAuthority.Storage.Roots;

namespace SigningAuthority.Api.Publication;

/// <summary>A signed version of the roots' manifest.</summary>
/// <param name="Changes">Since the version before it.</param>
internal sealed record PublishedManifest(StoredManifest Stored, RootManifest Content, IReadOnlyList<RootChange> Changes);

/// <summary>
/// The signed versions of the roots' manifest, as the database had them some seconds ago: what is served under /roots/ is what the newest
/// lists. The last good reading stays while the database is away. Thread-safe.
/// </summary>
internal sealed class PublishedManifests(RootManifests manifests, ILogger<PublishedManifests> logger) : BackgroundService
{
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(2);

    private volatile IReadOnlyList<PublishedManifest> _all = [];

    /// <summary>The oldest first. Another list when there is another version.</summary>
    public IReadOnlyList<PublishedManifest> All => _all;

    /// <summary>Null until the first was signed.</summary>
    public PublishedManifest? Newest => _all is [.., var newest] ? newest : null;

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
            var known = _all;
            var added = await manifests.ReadAsync(Newest?.Stored.Version ?? 0, cancellation);
            foreach (var stored in added)
            {
                var content = RootManifest.Read(stored.Manifest);
                known =
                [
                    .. known,
                    new PublishedManifest(stored, content, RootChange.Between(known is [.., var before] ? before.Content : null, content)),
                ];
            }

            if (added.Count > 0)
                _all = known;
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            logger.Log(
                Storage.DatabaseFaults.IsTransient(fault) ? LogLevel.Warning : LogLevel.Error,
                "The roots' manifest could not be read again: {Fault}",
                fault.Message
            );
        }
    }
}
