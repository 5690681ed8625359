using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Requests;

/// <summary>
/// Lets callers wait until a request is finished. All that wait are served by one reader: what was announced since its last query,
/// and what has not been looked at for a second, is asked for in one query. Thread-safe.
/// </summary>
internal sealed class FinishedRequests : BackgroundService
{
    // Announcements are hints; whoever waits is looked at this often anyway.
    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(1);
    private const int MostInOneQuery = 500;

    // What is nearly done when this process is asked to stop is answered; longer waits end with what stands.
    private static readonly TimeSpan GraceWhenStopping = TimeSpan.FromSeconds(5);

    private readonly SigningRequestQueries _queries;
    private readonly TimeProvider _time;
    private readonly ILogger<FinishedRequests> _logger;
    private readonly Dictionary<SigningRequestId, Awaited> _awaited = [];
    private readonly HashSet<SigningRequestId> _announced = [];
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Lock _gate = new();
    private bool _isClosed;
    private volatile int _lastFinished;

    public FinishedRequests(
        RequestNotifications notifications,
        SigningRequestQueries queries,
        IHostApplicationLifetime lifetime,
        TimeProvider time,
        ILogger<FinishedRequests> logger
    )
    {
        (_queries, _time, _logger) = (queries, time, logger);
        _ = CloseAsync(lifetime.ApplicationStopping);
        notifications.Finished += (_, finished) => Announce(finished.Requests);
        notifications.Connected += (_, _) => AnnounceAll();
    }

    public int Waiting
    {
        get
        {
            lock (_gate)
                return _awaited.Count;
        }
    }

    /// <summary>How many were seen to finish at one time, last: so many callers are about to come back with their next.</summary>
    public int LastFinished => _lastFinished;

    /// <summary>Begins to wait. Begin before the request is submitted, or call <see cref="FinishedRequest.LookNow"/>: else a finish between could be missed for a second.</summary>
    public FinishedRequest Expect(SigningRequestId id)
    {
        lock (_gate)
        {
            if (!_awaited.TryGetValue(id, out var awaited))
                _awaited.Add(id, awaited = new Awaited(_time.GetTimestamp()));
            awaited.Waiters++;
            if (_isClosed)
                awaited.Source.TrySetResult(null);
            return new FinishedRequest(this, id, awaited.Source.Task);
        }
    }

    internal void Announce(IReadOnlyList<SigningRequestId> ids)
    {
        lock (_gate)
        {
            _announced.UnionWith(ids.Where(_awaited.ContainsKey));
            if (_announced.Count == 0)
                return;
        }

        Wake();
    }

    internal void Forget(SigningRequestId id)
    {
        lock (_gate)
        {
            if (_awaited.TryGetValue(id, out var awaited) && --awaited.Waiters == 0)
            {
                _awaited.Remove(id);
                _announced.Remove(id);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await _wake.WaitAsync(LookAnyway, stoppingToken);
            try
            {
                while (TakeNext() is { Count: > 0 } ids)
                    Complete(await _queries.FindManyAsync(ids, stoppingToken));
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it is, others wait: look again.
                _logger.Log(
                    DatabaseFaults.IsTransient(fault) ? LogLevel.Warning : LogLevel.Error,
                    "Waiting requests could not be looked at: {Fault}",
                    fault.Message
                );
                await Task.Delay(LookAnyway, _time, stoppingToken);
            }
        }
    }

    private async Task CloseAsync(CancellationToken stopping)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, _time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.Delay(GraceWhenStopping, _time, CancellationToken.None);
        lock (_gate)
        {
            _isClosed = true;
            foreach (var awaited in _awaited.Values)
                awaited.Source.TrySetResult(null);
        }
    }

    private void AnnounceAll()
    {
        lock (_gate)
            _announced.UnionWith(_awaited.Keys);
        Wake();
    }

    private void Wake()
    {
        if (_wake.CurrentCount == 0)
            _wake.Release();
    }

    /// <summary>Announced ones first, then those not looked at for long, the longest first.</summary>
    private List<SigningRequestId> TakeNext()
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            List<SigningRequestId> ids = [.. _announced.Take(MostInOneQuery)];
            ids.AddRange(
                _awaited
                    .Where(pair => _time.GetElapsedTime(pair.Value.LookedAt, now) >= LookAnyway && !_announced.Contains(pair.Key))
                    .OrderBy(pair => pair.Value.LookedAt)
                    .Take(MostInOneQuery - ids.Count)
                    .Select(pair => pair.Key)
            );
            _announced.ExceptWith(ids);
            foreach (var id in ids)
                _awaited[id].LookedAt = now;
            return ids;
        }
    }

    private void Complete(IReadOnlyList<RequestWithCertificates> found)
    {
        lock (_gate)
        {
            var finished = 0;
            foreach (var request in found.Where(request => request.Request.State.IsFinal()))
            {
                if (_awaited.TryGetValue(request.Request.Id, out var awaited) && awaited.Source.TrySetResult(request))
                    finished++;
            }

            _lastFinished = finished;
        }
    }

    private sealed class Awaited(long lookedAt)
    {
        public TaskCompletionSource<RequestWithCertificates?> Source { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Waiters { get; set; }

        public long LookedAt { get; set; } = lookedAt;
    }
}
