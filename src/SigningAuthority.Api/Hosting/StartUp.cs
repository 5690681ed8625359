using Npgsql;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Migrations;

namespace SigningAuthority.Api.Hosting;

/// <summary>What must hold before the first request is taken.</summary>
internal static class StartUp
{
    private static readonly TimeSpan PatienceWithDatabase = TimeSpan.FromMinutes(1);

    public static IServiceCollection AddPolicy(this IServiceCollection services, AuthorityConfiguration configuration) =>
        services.AddSingleton(configuration).AddSingleton<IssuancePolicy>().AddSingleton<ApprovalPolicy>();

    /// <summary>The database is there and has this build's schema, and the log says by which configuration this process decides.</summary>
    /// <exception cref="SchemaMismatchException">It has another.</exception>
    /// <exception cref="NpgsqlException">It is not there, or does not let us in.</exception>
    public static async Task RequireDatabaseAsync(this WebApplication app, AuthorityConfiguration configuration)
    {
        var services = app.Services;
        var time = services.GetRequiredService<TimeProvider>();
        for (var began = time.GetTimestamp(); ; )
        {
            try
            {
                await SchemaVersion.RequireCurrentAsync(services.GetRequiredService<NpgsqlDataSource>());
                await services.GetRequiredService<AppendLogEntries>().AppendAsync([Loaded(configuration, time)]);
                return;
            }
            catch (Exception fault) when (DatabaseFaults.IsTransient(fault) && time.GetElapsedTime(began) < PatienceWithDatabase)
            {
                app.Logger.LogWarning("Waiting for the database: {Fault}", fault.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), time);
            }
        }
    }

    private static ConfigurationLoaded Loaded(AuthorityConfiguration configuration, TimeProvider time) =>
        new()
        {
            At = time.GetUtcNow(),
            Actor = $"api/{Environment.MachineName.ToLowerInvariant()}-{Guid.CreateVersion7().ToString("N")[^8..]}",
            Process = "api",
            PolicyVersion = configuration.PolicyVersion,
            ConfigurationHash = configuration.Hash,
        };
}
