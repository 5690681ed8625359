using Npgsql;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Signer.Health;
using SigningAuthority.Signer.KeyPairs;
using SigningAuthority.Signer.Keys;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Signer.Ocsp;
using SigningAuthority.Signer.RevocationLists;
using SigningAuthority.Signer.Roots;
using SigningAuthority.Signer.Schedules;
using SigningAuthority.Storage;
using SigningAuthority.Storage.Access;
using SigningAuthority.Storage.Approvals;
using SigningAuthority.Storage.Certificates;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.IssuanceLog.Reconciliation;
using SigningAuthority.Storage.Lanes;
using SigningAuthority.Storage.Lineage;
using SigningAuthority.Storage.Migrations;
using SigningAuthority.Storage.Notices;
using SigningAuthority.Storage.Ocsp;
using SigningAuthority.Storage.Production;
using SigningAuthority.Storage.Requests;
using SigningAuthority.Storage.RevocationLists;
using SigningAuthority.Telemetry;

namespace SigningAuthority.Signer;

/// <summary>The verb `run`: the key room itself. Listens to nobody but health on loopback.</summary>
internal static class RunSigner
{
    public static async Task<int> RunAsync(CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        var settings = SignerSettings.From(builder.Configuration);
        var configuration = SignerSettings.LoadConfiguration(builder.Configuration);
        PublicationAddressSetting.Require(settings, configuration);

        AddKeys(builder.Services, builder.Configuration, configuration);
        AddStorage(builder.Services, settings);
        AddLanes(builder.Services, settings);
        ScheduledWork.Add(builder);
        HealthEndpoints.Listen(builder, settings.HealthAddress);

        await using var app = builder.Build();
        app.MapHealth();
        // Whatever its lanes: a Signer that serves the log alone has figures to tell too.
        _ = app.Services.GetRequiredService<SignerMetrics>();
        await SchemaVersion.WaitForCurrentAsync(
            app.Services.GetRequiredService<NpgsqlDataSource>(),
            reason => app.Logger.LogWarning("Waiting for the database: {Reason}", reason),
            cancellation
        );
        await RecordStartAsync(app.Services, configuration, cancellation);
        await app.RunAsync(cancellation);
        return 0;
    }

    private static void AddKeys(IServiceCollection services, IConfiguration settings, AuthorityConfiguration configuration) =>
        services
            .AddSingleton(configuration)
            .AddSingleton(TimeProvider.System)
            .AddSingleton(OpenKeyStore.From(settings))
            .AddSingleton<TokenHealth>()
            .AddHostedService(provider => provider.GetRequiredService<TokenHealth>());

    private static void AddStorage(IServiceCollection services, SignerSettings settings) =>
        services
            .AddSingleton(settings)
            .AddSingleton(PostgresConnections.BuildForLine(settings.ConnectionString, "signing-authority signer"))
            .AddSingleton<SignerIdentity>()
            .AddSingleton(provider => new SigningQueue(
                provider.GetRequiredService<NpgsqlDataSource>(),
                provider.GetRequiredService<SignerIdentity>().Instance
            ))
            .AddSingleton<RequestNotifications>()
            .AddSingleton<SigningRequestQueries>()
            .AddSingleton<PlanExpiryNotices>()
            .AddSingleton<PlanIssuanceNotices>()
            .AddSingleton<ExpireApprovals>()
            .AddSingleton<ReservedUnits>()
            .AddSingleton<AppendLogEntries>()
            .AddSingleton<Reconciliations>()
            .AddSingleton<IssuedRevocationLists>()
            .AddSingleton<SignerHeartbeats>();

    private static void AddLanes(IServiceCollection services, SignerSettings settings)
    {
        services
            .AddDeciding()
            .AddSingleton<UnsafeInterruption>()
            .AddSingleton<LogHealth>()
            .AddSingleton<EvidenceHealth>()
            .AddSingleton<Reconcile>()
            .AddSingleton<RevocationListHealth>()
            .AddHostedService(provider => provider.GetRequiredService<RevocationListHealth>())
            .AddSingleton<SignerMetrics>()
            .AddTelemetry(new TelemetrySources([SignerMetrics.MeterName, "Npgsql"], ["Npgsql"]))
            .AddSingleton<RenewLeases>()
            .AddSingleton<LanesAtWork>()
            .AddSingleton<OcspResponders>()
            .AddSingleton<ResponderKeys>()
            .AddSingleton<IssueCertificates>()
            .AddSingleton<Heartbeat>()
            .AddHostedService(provider => provider.GetRequiredService<Heartbeat>())
            .AddHostedService<ListenForWork>()
            .AddRevocations();
        foreach (var lane in settings.Lanes.Where(lane => lane != Lane.Log))
            services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<ServeLane>(provider, lane));
        services.AddRevocationLists(settings.Lanes);
        if (settings.Lanes.Contains(Lane.Device))
            services.AddSingleton<KeysAhead>().AddSingleton<DecideKeyPairs>().AddHostedService<MakeKeyPairs>();
        services.AddOcsp(settings);
        if (settings.Lanes.Contains(Lane.Log))
            services.AddHostedService<SealLog>().AddHostedService<PublishRoots>();
    }

    private static Task RecordStartAsync(IServiceProvider services, AuthorityConfiguration configuration, CancellationToken cancellation) =>
        services
            .GetRequiredService<AppendLogEntries>()
            .AppendAsync(
                [
                    new ConfigurationLoaded
                    {
                        At = DateTimeOffset.UtcNow,
                        Actor = services.GetRequiredService<SignerIdentity>().Actor,
                        Process = "signer",
                        PolicyVersion = configuration.PolicyVersion,
                        ConfigurationHash = configuration.Hash,
                    },
                ],
                cancellation
            );
}
