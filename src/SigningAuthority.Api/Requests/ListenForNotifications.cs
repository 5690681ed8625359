using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Requests;

/// <summary>Keeps the connection open on which the Signers announce what they finished.</summary>
internal sealed class ListenForNotifications : BackgroundService
{
    private readonly RequestNotifications _notifications;

    public ListenForNotifications(RequestNotifications notifications, ILogger<ListenForNotifications> logger)
    {
        _notifications = notifications;
        notifications.Disconnected += (_, lost) =>
            logger.LogWarning("Announcements can't be heard, waiting requests are polled: {Fault}", lost.Fault.Message);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _notifications.RunAsync(stoppingToken);
}
