using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Signer.RevocationLists;
using SigningAuthority.Storage.RevocationLists;

namespace SigningAuthority.Signer.Health;

/// <summary>
/// How old the lists of this Signer's authorities are and when they run out; readiness and metrics tell it, and the alarm is raised well
/// before verifiers stop. That the token or the database is away is when it matters: it waits for neither. Thread-safe.
/// </summary>
internal sealed partial class RevocationListHealth(
    IssuedRevocationLists lists,
    AuthorityConfiguration configuration,
    SignerSettings settings,
    RetiredKeys retiredKeys,
    TimeProvider time,
    ILogger<RevocationListHealth> logger
) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenAlarms = TimeSpan.FromHours(1);

    private readonly Dictionary<string, DateTimeOffset> _raised = [];
    private IReadOnlyList<RevocationListState> _current = [];

    /// <summary>As last read: of each authority the complete list, the delta, and of its parts' lists the one that runs out first.</summary>
    public IReadOnlyList<RevocationListState> Current => Volatile.Read(ref _current);

    /// <summary>Reads it again; what was known before stays while the database is away.</summary>
    public async Task<IReadOnlyList<RevocationListState>> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            var newest = await lists.NewestAsync(cancellation);
            Volatile.Write(
                ref _current,
                [
                    .. newest
                        .Where(list =>
                            configuration.FindAuthority(list.Authority) is { } known
                            && settings.Lanes.Contains(known.Lane)
                            && !retiredKeys.IsGone(known.Id)
                        )
                        .GroupBy(list => (list.Authority, list.Kind))
                        .Select(group => group.MinBy(list => list.NextUpdate)!)
                        .Select(list => new RevocationListState(
                            list.Authority,
                            ListEntries.NameOf(list.Kind),
                            list.Number,
                            list.ThisUpdate,
                            list.NextUpdate
                        )),
                ]
            );
        }
        catch (NpgsqlException)
        {
            // Readiness says by itself that the database is away.
        }

        return Current;
    }

    /// <summary>Whether a list has less left than can be waited for.</summary>
    public bool IsLate(RevocationListState list) => list.NextUpdate - time.GetUtcNow() < configuration.Policy.Crl.Alarm;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            foreach (var list in (await ReadAsync(stoppingToken)).Where(IsLate))
                Raise(list);
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Raise(RevocationListState list)
    {
        var (key, now) = ($"{list.Authority} {list.List}", time.GetUtcNow());
        if (_raised.TryGetValue(key, out var before) && now - before < BetweenAlarms)
            return;
        _raised[key] = now;
        LogLate(list.List, list.Authority, list.Number, list.NextUpdate);
    }

    [LoggerMessage(
        LogLevel.Critical,
        "The {List} revocation list of {Authority}, number {Number}, was NOT renewed: verifiers stop at {NextUpdate:u}. The runbook crl-outage says how to go on"
    )]
    private partial void LogLate(string list, string authority, long number, DateTimeOffset nextUpdate);
}

/// <summary>How an authority's list of a kind stands.</summary>
/// <param name="List">"complete", "delta" or "shard".</param>
internal sealed record RevocationListState(
    string Authority,
    string List,
    long Number,
    DateTimeOffset ThisUpdate,
    DateTimeOffset NextUpdate
);
