using Microsoft.Extensions.Hosting;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Signer.Lanes;

/// <summary>Keeps the one LISTEN connection of this process.</summary>
internal sealed class ListenForWork(RequestNotifications notifications) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => notifications.RunAsync(stoppingToken);
}
