using System.Collections.Concurrent;
using System.Threading.Channels;
using SigningAuthority.Storage;
using SigningAuthority.Storage.Ocsp;

namespace SigningAuthority.Api.Publication.Ocsp;

/// <summary>
/// Finds answers that were signed before, for all who ask at the same time in one statement, which begins after each of them asked:
/// nothing is remembered here, so a revocation that was committed before somebody asked is always seen. Thread-safe.
/// </summary>
internal sealed class StoredAnswers(OcspDesk desk, ILogger<StoredAnswers> logger) : BackgroundService
{
    // While one statement is under way the next fills.
    private const int Readers = 3;
    private const int MostAtOnce = 128;
    private const int MostNoted = 10_000;

    // As many as can be found in a second or so. More wait only where the database doesn't answer, and then for nothing.
    private const int MostWaiting = 4096;

    private static readonly TimeSpan NoteEvery = TimeSpan.FromSeconds(15);

    private readonly Channel<Look> _looks = Channel.CreateBounded<Look>(MostWaiting);
    private readonly ConcurrentDictionary<string, OcspResponseKey> _asked = new();

    /// <returns>Null when there is none that can be given now.</returns>
    /// <exception cref="TimeoutException">The database does not answer: to this one, or to too many before it.</exception>
    /// <exception cref="Exception">The database's fault.</exception>
    public async Task<StoredOcspResponse?> FindAsync(OcspResponseKey key, TimeSpan patience, CancellationToken cancellation)
    {
        var look = new Look(key, new TaskCompletionSource<StoredOcspResponse?>(TaskCreationOptions.RunContinuationsAsynchronously));
        if (!_looks.Writer.TryWrite(look))
            throw new TimeoutException("Too many look for stored OCSP answers, or this process ends.");
        try
        {
            return await look.Found.Task.WaitAsync(patience, cancellation);
        }
        finally
        {
            // Nobody looks for who has gone.
            look.Found.TrySetCanceled(CancellationToken.None);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll([.. Enumerable.Range(0, Readers).Select(_ => ReadAsync(stoppingToken)), NoteAsync(stoppingToken)]);

    private async Task ReadAsync(CancellationToken stopping)
    {
        var looks = new List<Look>(MostAtOnce);
        while (!stopping.IsCancellationRequested && await WaitAsync(stopping))
        {
            looks.Clear();
            while (looks.Count < MostAtOnce && _looks.Reader.TryRead(out var look))
            {
                if (!look.Found.Task.IsCompleted)
                    looks.Add(look);
            }

            if (looks.Count == 0)
                continue;
            try
            {
                var found = await desk.FindAsync([.. looks.Select(look => look.Key)], stopping);
                for (var i = 0; i < found.Length; i++)
                    Finish(looks[i], found[i]);
            }
            catch (Exception fault)
            {
                foreach (var look in looks)
                    look.Found.TrySetException(fault);
            }
        }
    }

    private async Task<bool> WaitAsync(CancellationToken stopping)
    {
        try
        {
            return await _looks.Reader.WaitToReadAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            _looks.Writer.TryComplete();
            return false;
        }
    }

    private void Finish(Look look, StoredOcspResponse? found)
    {
        if (found is { IsUnnoted: true } && _asked.Count < MostNoted)
            _asked[$"{look.Key.Authority} {Convert.ToHexString(look.Key.SerialNumber)} {look.Key.Hash}"] = look.Key;
        look.Found.TrySetResult(found);
    }

    /// <summary>Says which ones are asked for, to the hour: the key room signs those again ahead.</summary>
    private async Task NoteAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await Task.Delay(NoteEvery, stopping)
                .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            var asked = _asked.ToArray();
            if (asked.Length == 0)
                continue;
            try
            {
                await desk.NoteAskedAsync([.. asked.Select(pair => pair.Value)], CancellationToken.None);
                foreach (var (name, _) in asked)
                    _asked.TryRemove(name, out _);
            }
            catch (Exception fault)
            {
                logger.Log(
                    DatabaseFaults.IsTransient(fault) ? LogLevel.Warning : LogLevel.Error,
                    "It could not be noted which OCSP answers are asked for: {Fault}",
                    fault.Message
                );
            }
        }
    }

    private sealed record Look(OcspResponseKey Key, TaskCompletionSource<StoredOcspResponse?> Found);
}
