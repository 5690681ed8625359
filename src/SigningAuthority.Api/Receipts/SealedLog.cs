using SigningAuthority.Api.Requests;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Receipts;

/// <summary>Wakes those who wait for an entry's place in the log, whenever a new checkpoint was announced. Thread-safe.</summary>
internal sealed class SealedLog : NextAnnouncement
{
    public SealedLog(RequestNotifications notifications, IHostApplicationLifetime lifetime)
        : base(notifications, lifetime) => notifications.Logged += (_, _) => Wake();
}
