using SigningAuthority.Api.Requests;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Revocations;

/// <summary>Wakes those who wait for the key room's decision on a revocation, whenever some were decided. Thread-safe.</summary>
internal sealed class DecidedRevocations : NextAnnouncement
{
    public DecidedRevocations(RequestNotifications notifications, IHostApplicationLifetime lifetime)
        : base(notifications, lifetime) => notifications.Revoked += (_, _) => Wake();
}
