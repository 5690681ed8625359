using SigningAuthority.Api.Hosting;

namespace SigningAuthority.Api.Requests;

internal static class RequestServices
{
    public static IServiceCollection AddRequests(this IServiceCollection services, ApiSettings settings) =>
        services
            .AddSingleton(settings)
            .AddSingleton<RefuseAtDoor>()
            .AddSingleton<RequestMetrics>()
            .AddSingleton<WaitingRooms>()
            .AddSingleton<FinishedRequests>()
            .AddHostedService(provider => provider.GetRequiredService<FinishedRequests>())
            .AddHostedService<ListenForNotifications>();
}
