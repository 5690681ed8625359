using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Requests;

/// <summary>Wakes all who wait for the next announcement of one sort; an announcement may have been missed when the connection is new. Thread-safe.</summary>
internal abstract class NextAnnouncement
{
    private readonly CancellationToken _stopping;
    private volatile TaskCompletionSource _next = New();

    protected NextAnnouncement(RequestNotifications notifications, IHostApplicationLifetime lifetime)
    {
        _stopping = lifetime.ApplicationStopping;
        notifications.Connected += (_, _) => Wake();
        _stopping.Register(Wake);
    }

    /// <summary>This process is asked to stop: nobody should wait any more.</summary>
    public bool IsEnding => _stopping.IsCancellationRequested;

    /// <summary>Ends with the next announcement. Take it before you look, so that none is missed between.</summary>
    public Task NextAsync() => _next.Task;

    protected void Wake() => Interlocked.Exchange(ref _next, New()).TrySetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
