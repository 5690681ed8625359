using System.Collections.Concurrent;
using SigningAuthority.Storage.KeyPairs;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Stations.KeyPairs;

/// <summary>Lets callers wait until the key room has made a pair, or would not. Thread-safe.</summary>
internal sealed class FinishedKeyPairs
{
    // Announcements are hints; whoever waits looks this often anyway.
    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Guid, TaskCompletionSource> _awaited = new();
    private readonly KeyPairDesk _pairs;
    private readonly TimeProvider _time;

    public FinishedKeyPairs(RequestNotifications notifications, KeyPairDesk pairs, TimeProvider time)
    {
        (_pairs, _time) = (pairs, time);
        notifications.KeyPairs += (_, told) =>
        {
            foreach (var id in told.Made)
                Announce(id);
        };
    }

    /// <returns>Null when it is still wanted after that long.</returns>
    public async Task<KeyPair?> UntilAsync(Guid id, TimeSpan patience, CancellationToken cancellation)
    {
        var began = _time.GetTimestamp();
        try
        {
            while (true)
            {
                var announced = _awaited
                    .GetOrAdd(id, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
                    .Task;
                if (await _pairs.FindAsync(id, cancellation) is { State: not KeyPairState.Wanted } pair)
                    return pair;
                if (_time.GetElapsedTime(began) >= patience)
                    return null;
                await Task.WhenAny(announced, Task.Delay(LookAnyway, _time, cancellation));
            }
        }
        finally
        {
            // Others who wait for the same are woken, and look again.
            Announce(id);
        }
    }

    private void Announce(Guid id)
    {
        if (_awaited.TryRemove(id, out var awaited))
            awaited.TrySetResult();
    }
}
