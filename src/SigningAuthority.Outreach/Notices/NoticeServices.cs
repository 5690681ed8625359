using Npgsql;
using SigningAuthority.Storage.Notices;

namespace SigningAuthority.Outreach.Notices;

internal static class NoticeServices
{
    /// <exception cref="InvalidOperationException">A setting can't be read.</exception>
    public static IServiceCollection AddNotices(this IServiceCollection services, IConfiguration configuration) =>
        services
            .AddSingleton(DeliverySettings.From(configuration))
            .AddSingleton(provider => new NoticeDeliveries(
                provider.GetRequiredService<NpgsqlDataSource>(),
                provider.GetRequiredService<OutreachIdentity>().Lease
            ))
            .AddSingleton<NoticeMetrics>()
            .AddSingleton<SendWebhook>()
            .AddSingleton<SendMail>()
            .AddHostedService<DeliverNotices>();
}
