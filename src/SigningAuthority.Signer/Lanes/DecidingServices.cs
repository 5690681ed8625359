using SigningAuthority.Issuance.Policy;
using SigningAuthority.Storage.Access;
using SigningAuthority.Storage.Approvals;
using SigningAuthority.Storage.Certificates;
using SigningAuthority.Storage.KeyPairs;
using SigningAuthority.Storage.Lineage;
using SigningAuthority.Storage.Production;
using SigningAuthority.Storage.Requests;
using SigningAuthority.Storage.Roots;

namespace SigningAuthority.Signer.Lanes;

/// <summary>The decision at the key and all that it gathers facts with: what `run` serves lanes with and `policy replay` tries a configuration with.</summary>
internal static class DecidingServices
{
    /// <summary>Needs a data source, the configuration, a key store and the time.</summary>
    public static IServiceCollection AddDeciding(this IServiceCollection services) =>
        services
            .AddSingleton<IssuancePolicy>()
            .AddSingleton<PublicKeyUses>()
            .AddSingleton<Predecessors>()
            .AddSingleton<CertifiedDevices>()
            .AddSingleton<ApprovalEvidences>()
            .AddSingleton<ApprovalModes>()
            .AddSingleton<Providers>()
            .AddSingleton<Stations>()
            .AddSingleton<ProductionOrders>()
            .AddSingleton<Units>()
            .AddSingleton<SignedOrders>()
            .AddSingleton<KeyPairsAtTheKey>()
            .AddSingleton<Authorities>()
            .AddSingleton<RootManifests>()
            .AddSingleton<RetiredKeys>()
            .AddSingleton<LaneAuthorities>()
            .AddSingleton<DecideAtTheKey>();
}
