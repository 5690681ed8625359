using System.Collections.Frozen;
using SigningAuthority.Storage;
using SigningAuthority.Storage.RevocationLists;

namespace SigningAuthority.Api.Publication.RevocationLists;

/// <summary>
/// The newest lists, as the database had them a second ago; each is fetched before it is offered. The last good reading stays while the
/// database is away. Thread-safe.
/// </summary>
internal sealed class PublishedRevocationLists(
    IssuedRevocationLists lists,
    RevocationListFiles files,
    ILogger<PublishedRevocationLists> logger
) : BackgroundService
{
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(1);

    private FrozenDictionary<(string Authority, RevocationListKind Kind, int Shard), RevocationList> _current = FrozenDictionary<
        (string Authority, RevocationListKind Kind, int Shard),
        RevocationList
    >.Empty;
    private string? _told;

    public RevocationList? Find(string authority, RevocationListKind kind, int shard) =>
        Volatile.Read(ref _current).GetValueOrDefault((authority, kind, shard));

    /// <summary>The first reading is done before any request is taken; while the database is away, what was served before the last stop is.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _current, files.ReadIndex().DistinctBy(KeyOf).ToFrozenDictionary(KeyOf));
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
            var former = Volatile.Read(ref _current);
            var newest = await lists.NewestAsync(cancellation);
            // A database that is being restored has none yet.
            if (newest.Count == 0)
                return;
            if (newest.Count == former.Count && newest.All(list => IsSame(former.GetValueOrDefault(KeyOf(list)), list)))
                return;

            var keys = newest.Select(KeyOf).ToHashSet();
            var current = former.Where(known => keys.Contains(known.Key)).ToDictionary();
            Exception? withheld = null;
            foreach (var list in newest.Where(list => !IsSame(former.GetValueOrDefault(KeyOf(list)), list)))
            {
                try
                {
                    await files.FetchAsync(list, cancellation);
                    current[KeyOf(list)] = list;
                }
                catch (Exception fault) when (!cancellation.IsCancellationRequested)
                {
                    // The others don't wait for it, and the one before it is served on.
                    withheld = fault;
                }
            }

            if (current.Count != former.Count || current.Any(known => !IsSame(former.GetValueOrDefault(known.Key), known.Value)))
            {
                Volatile.Write(ref _current, current.ToFrozenDictionary());
                files.Keep([.. current.Values]);
            }

            if (withheld is null)
                _told = null;
            else
                Tell(withheld);
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            Tell(fault);
        }
    }

    // By its bytes: what stood beside the files may be of another database.
    private static bool IsSame(RevocationList? known, RevocationList list) =>
        known is not null && known.Id == list.Id && known.Sha256.AsSpan().SequenceEqual(list.Sha256);

    // Each second, and always the same.
    private void Tell(Exception fault)
    {
        if (_told == fault.Message)
            return;
        _told = fault.Message;
        logger.Log(
            DatabaseFaults.IsTransient(fault) ? LogLevel.Warning : LogLevel.Error,
            "Revocation lists could not be read again; those of before are served in their place: {Fault}",
            fault.Message
        );
    }

    private static (string Authority, RevocationListKind Kind, int Shard) KeyOf(RevocationList list) =>
        (list.Authority, list.Kind, list.Shard);
}
