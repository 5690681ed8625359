using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.RevocationLists;

namespace SigningAuthority.Signer.RevocationLists;

internal static class RevocationListServices
{
    /// <summary>The lists of these lanes' authorities; the log lane has none.</summary>
    public static IServiceCollection AddRevocationLists(this IServiceCollection services, IReadOnlyList<Lane> lanes)
    {
        services
            .AddSingleton<SignList>()
            .AddSingleton<IssueRevocationLists>()
            .AddSingleton<ReadCurrentShards>()
            .AddSingleton<CurrentShards>();
        foreach (var lane in lanes.Where(lane => lane != Lane.Log))
            services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<PublishRevocationLists>(provider, lane));
        return services;
    }
}
