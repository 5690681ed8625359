using Npgsql;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Outreach.Health;
using SigningAuthority.Outreach.Http;
using SigningAuthority.Outreach.Names;
using SigningAuthority.Outreach.Notices;
using SigningAuthority.Resolution;
using SigningAuthority.Storage;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Migrations;
using SigningAuthority.Storage.Names;
using SigningAuthority.Telemetry;

namespace SigningAuthority.Outreach;

/// <summary>The verb `run`.</summary>
internal static class RunOutreach
{
    public static async Task<int> RunAsync(CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        var settings = OutreachSettings.From(builder.Configuration);
        var configuration = OutreachSettings.LoadConfiguration(builder.Configuration);
        ConsoleLogs.Add(builder);
        AddProcess(builder.Services, settings, configuration);
        AddWork(builder.Services);
        builder.Services.AddNotices(builder.Configuration);
        HealthEndpoints.Listen(builder, settings.HealthAddress);

        await using var app = builder.Build();
        app.MapHealth();
        WarnOfUnsafeSettings(app.Logger, settings);
        await SchemaVersion.WaitForCurrentAsync(
            app.Services.GetRequiredService<NpgsqlDataSource>(),
            reason => app.Logger.LogWarning("Waiting for the database: {Reason}", reason),
            cancellation
        );
        await RecordStartAsync(app.Services, configuration, cancellation);
        await app.RunAsync(cancellation);
        return ExitCodes.Success;
    }

    private static void AddProcess(IServiceCollection services, OutreachSettings settings, AuthorityConfiguration configuration) =>
        services
            .AddSingleton(settings)
            .AddSingleton(configuration)
            .AddSingleton(TimeProvider.System)
            .AddSingleton<OutreachIdentity>()
            .AddSingleton(PostgresConnections.Build(settings.ConnectionString, "signing-authority outreach"))
            .AddSingleton<AppendLogEntries>()
            .AddSingleton(new Resolver(settings.Resolvers))
            .AddSingleton<CallableAddresses>()
            .AddSingleton<GuardedHttp>()
            .AddSingleton<OutreachMetrics>()
            .AddTelemetry(new TelemetrySources([OutreachMetrics.MeterName, "Npgsql"], ["Npgsql"]));

    /// <summary>The loops, one a kind of work.</summary>
    private static void AddWork(IServiceCollection services) =>
        services
            .AddSingleton(provider =>
            {
                var identity = provider.GetRequiredService<OutreachIdentity>();
                return new NameProofs(provider.GetRequiredService<NpgsqlDataSource>(), identity.Lease, identity.Actor);
            })
            .AddSingleton<AddressLookups>()
            .AddSingleton<ProofLife>()
            .AddSingleton<LookForProof>()
            .AddHostedService<ProveNames>()
            .AddHostedService<ReproveNames>()
            .AddHostedService<LookUpAddresses>();

    private static void WarnOfUnsafeSettings(ILogger logger, OutreachSettings settings)
    {
        if (settings.UnsafeAllowedNetworks.Count > 0)
            logger.LogWarning(
                "Outreach:UnsafeAllowedNetworks: servers in {Networks} are called although they are not public",
                string.Join(", ", settings.UnsafeAllowedNetworks)
            );
        if (settings.UnsafeProofPort != OutreachSettings.HttpPort)
            logger.LogWarning("Outreach:UnsafeProofPort: HTTP proofs are fetched from port {Port}", settings.UnsafeProofPort);
    }

    private static Task RecordStartAsync(IServiceProvider services, AuthorityConfiguration configuration, CancellationToken cancellation) =>
        services
            .GetRequiredService<AppendLogEntries>()
            .AppendAsync(
                [
                    new ConfigurationLoaded
                    {
                        At = DateTimeOffset.UtcNow,
                        Actor = services.GetRequiredService<OutreachIdentity>().Actor,
                        Process = "outreach",
                        PolicyVersion = configuration.PolicyVersion,
                        ConfigurationHash = configuration.Hash,
                    },
                ],
                cancellation
            );
}
