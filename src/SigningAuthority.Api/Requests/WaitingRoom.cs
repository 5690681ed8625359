namespace SigningAuthority.Api.Requests;

/// <summary>A bounded number of places. Whoever finds none is told to come back instead of making everybody slower.</summary>
internal sealed class WaitingRoom(int places) : IDisposable
{
    private readonly SemaphoreSlim _free = new(places);

    /// <returns>A place, free again once disposed; null when all are taken.</returns>
    public IDisposable? TryEnter() => _free.Wait(0) ? new Place(_free) : null;

    public void Dispose() => _free.Dispose();

    private sealed class Place(SemaphoreSlim free) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
                free.Release();
        }
    }
}

/// <summary>One room for each kind of waiting, so that none can crowd out another.</summary>
internal sealed class WaitingRooms(Hosting.ApiSettings settings) : IDisposable
{
    private const int MostBatches = 32;
    private const int MostBatchesOfOne = 8;
    private const int MostKeys = 64;
    private const int MostExports = 4;

    /// <summary>Single device requests.</summary>
    public WaitingRoom Stations { get; } = new(settings.MostWaiting);

    /// <summary>Those of them whose keys are being made, which takes a hundred times as long: few, so that they leave places to the others.</summary>
    public WaitingRoom Keys { get; } = new(MostKeys);

    /// <summary>By station: one that opens batch after batch leaves places to the others.</summary>
    public DividedRoom Batches { get; } = new(MostBatches, MostBatchesOfOne);

    /// <summary>Providers' long polls.</summary>
    public WaitingRoom Providers { get; } = new(settings.MostWaiting);

    /// <summary>Whoever waits for a receipt.</summary>
    public WaitingRoom Receipts { get; } = new(settings.MostWaiting);

    /// <summary>Auditors' exports, each of which reads a part of the log twice.</summary>
    public WaitingRoom Exports { get; } = new(MostExports);

    public void Dispose()
    {
        Exports.Dispose();
        Receipts.Dispose();
        Stations.Dispose();
        Keys.Dispose();
        Batches.Dispose();
        Providers.Dispose();
    }
}
