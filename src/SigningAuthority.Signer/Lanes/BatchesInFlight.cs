namespace SigningAuthority.Signer.Lanes;

/// <summary>
/// The batches of a lane that are being signed and recorded while the next one is claimed and intended: the cores sign while the
/// database commits. Not thread-safe: one loop's own.
/// </summary>
/// <param name="most">With so many the next batch waits, so that no lease grows old in here.</param>
/// <param name="failed">Told the fault that one ends with, when it does: whoever waits here may not look for a while.</param>
internal sealed class BatchesInFlight(int most, Action<Exception> failed)
{
    private readonly List<Task> _ends = [];

    public bool IsEmpty => _ends.Count == 0;

    public void Add(BegunBatch batch)
    {
        _ends.Add(batch.End);
        _ = batch.End.ContinueWith(
            end => failed(end.Exception!.InnerException!),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    /// <summary>Waits until there is room for another.</summary>
    /// <exception cref="Exception">That of a batch that failed meanwhile.</exception>
    public async Task MakeRoomAsync()
    {
        while (_ends.Count >= most || _ends.Exists(end => end.IsCompleted))
        {
            var ended = await Task.WhenAny(_ends);
            _ends.Remove(ended);
            await ended;
        }
    }

    /// <summary>Waits until all have ended. What they left was abandoned where their faults happened.</summary>
    /// <returns>Those faults, for whoever has told of none yet.</returns>
    public async Task<IReadOnlyList<Exception>> DrainAsync()
    {
        await Task.WhenAll(_ends).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        var faults = _ends.Select(end => end.Exception?.InnerException).OfType<Exception>().ToList();
        _ends.Clear();
        return faults;
    }
}
