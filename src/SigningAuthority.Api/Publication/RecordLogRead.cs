using System.Collections.Concurrent;
using SigningAuthority.Api.Access;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Api.Publication;

/// <summary>
/// Who took entries. One entry for each token and each span of 65,536 leaves, before the first bundle of the span goes out: a verification
/// of the whole log must not make the log longer by what it reads. Thread-safe.
/// </summary>
internal sealed class RecordLogRead(AppendLogEntries log, TimeProvider time)
{
    public const long Span = 65_536;

    // What was forgotten is written once more.
    private const int MostRemembered = 100_000;

    private readonly ConcurrentDictionary<(Guid Caller, long Span), Lazy<Task>> _written = new();

    /// <summary>Strangers, where they may read, are not recorded.</summary>
    public async Task BeforeAsync(HttpContext context, TilePath tile)
    {
        if (Caller.Find(context) is not { } caller)
            return;
        if (_written.Count >= MostRemembered)
            _written.Clear();
        var key = (caller.TokenId ?? caller.Id, tile.First / Span);
        // Not abandoned with the call that began it: others wait for the same.
        var writing = _written.GetOrAdd(key, _ => new Lazy<Task>(() => WriteAsync(caller.Actor, key.Item2 * Span)));
        try
        {
            await writing.Value.WaitAsync(context.RequestAborted);
        }
        catch (Exception) when (writing.Value.IsFaulted)
        {
            _written.TryRemove(KeyValuePair.Create(key, writing));
            throw;
        }
    }

    private Task WriteAsync(string actor, long first) =>
        log.AppendAsync(
            [
                new LogRead
                {
                    At = time.GetUtcNow(),
                    Actor = actor,
                    FirstIndex = first,
                    LastIndex = first + Span - 1,
                },
            ],
            CancellationToken.None
        );
}
