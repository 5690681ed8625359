using Npgsql;
using SigningAuthority.Storage;
using SigningAuthority.Storage.Access;
using SigningAuthority.Storage.Approvals;
using SigningAuthority.Storage.Certificates;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.IssuanceLog.Reconciliation;
using SigningAuthority.Storage.KeyPairs;
using SigningAuthority.Storage.Lanes;
using SigningAuthority.Storage.Lineage;
using SigningAuthority.Storage.Production;
using SigningAuthority.Storage.Requests;
using SigningAuthority.Storage.Revocations;
using SigningAuthority.Storage.Roots;
using SigningAuthority.Storage.Watch;

namespace SigningAuthority.Api.Hosting;

/// <summary>Two pools: one as the front door, and one for auditors' questions whose role can only read.</summary>
internal static class DatabaseServices
{
    private const string Auditor = "auditor";

    public static IServiceCollection AddDatabase(this IServiceCollection services, ApiSettings settings) =>
        services
            .AddSingleton(TimeProvider.System)
            .AddSingleton(_ => PostgresConnections.BuildForLine(settings.DatabaseConnection, "signing-authority api"))
            .AddKeyedSingleton(Auditor, (_, _) => PostgresConnections.Build(settings.AuditorConnection, "signing-authority auditor"))
            .AddSingleton(provider => new QueryLogEntries(provider.GetRequiredKeyedService<NpgsqlDataSource>(Auditor)))
            .AddSingleton(provider => new ExportedRange(provider.GetRequiredKeyedService<NpgsqlDataSource>(Auditor)))
            .AddSingleton(provider => new WatchedCertificates(provider.GetRequiredKeyedService<NpgsqlDataSource>(Auditor)))
            .AddSingleton<AppendLogEntries>()
            .AddSingleton<Checkpoints>()
            .AddSingleton<Reconciliations>()
            .AddSingleton(provider => new ReadTiles(provider.GetRequiredKeyedService<NpgsqlDataSource>(Auditor)))
            .AddSingleton(provider => new FindReceipts(provider.GetRequiredKeyedService<NpgsqlDataSource>(Auditor)))
            .AddSingleton(provider => new UnsealedEntries(provider.GetRequiredKeyedService<NpgsqlDataSource>(Auditor)))
            .AddSingleton<Tokens>()
            .AddSingleton<Storage.Access.Providers>()
            .AddSingleton<Storage.Access.Stations>()
            .AddSingleton<ProductionOrders>()
            .AddSingleton<KeyPairDesk>()
            .AddSingleton<Storage.Access.Officers>()
            .AddSingleton<ApprovalEvidences>()
            .AddSingleton<ApprovalModes>()
            .AddSingleton<RecordDecision>()
            .AddSingleton<OfficerDeskQueries>()
            .AddSingleton<WithdrawRequest>()
            .AddSingleton<Authorities>()
            .AddSingleton<RootManifests>()
            .AddSingleton<RootFetches>()
            .AddSingleton<SignerHeartbeats>()
            .AddSingleton<PublicKeyUses>()
            .AddSingleton<Predecessors>()
            .AddSingleton<RequestLineages>()
            .AddSingleton<RevocationRequests>()
            .AddSingleton<RequestNotifications>()
            .AddSingleton<SigningRequestQueries>()
            .AddSingleton<SubmitSigningRequests>();
}
