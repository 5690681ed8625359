using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Receipts;

/// <summary>Wakes those who wait for an entry's place in the log, whenever a new checkpoint was announced. Thread-safe.</summary>
internal sealed class SealedLog
{
    private readonly CancellationToken _stopping;
    private volatile TaskCompletionSource _next = New();

    public SealedLog(RequestNotifications notifications, IHostApplicationLifetime lifetime)
    {
        _stopping = lifetime.ApplicationStopping;
        notifications.Logged += (_, _) => Wake();
        notifications.Connected += (_, _) => Wake();
        _stopping.Register(Wake);
    }

    /// <summary>This process is asked to stop: nobody should wait any more.</summary>
    public bool IsEnding => _stopping.IsCancellationRequested;

    /// <summary>Ends with the next announcement. Take it before you look, so that none is missed between.</summary>
    public Task NextAsync() => _next.Task;

    private void Wake() => Interlocked.Exchange(ref _next, New()).TrySetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
