using System.Data.Common;
using Npgsql;

namespace SigningAuthority.Storage;

/// <summary>The one way a process reaches Postgres: a pool of connections, opened as needed.</summary>
public static class PostgresConnections
{
    // The hot path has some twenty statements; each connection keeps them prepared after their second use.
    private const int PreparedStatements = 64;

    /// <param name="connectionString">As Npgsql reads it; what it says wins over the defaults here.</param>
    /// <param name="applicationName">Shown in pg_stat_activity, for example "signing-authority signer".</param>
    public static NpgsqlDataSource Build(string connectionString, string applicationName)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        // Npgsql's own ContainsKey knows the keyword whether it is said or not.
        if (!new DbConnectionStringBuilder { ConnectionString = connectionString }.Keys.Cast<string>().Any(IsAutoPrepare))
        {
            settings.MaxAutoPrepare = PreparedStatements;
            settings.AutoPrepareMinUsages = 2;
        }

        if (string.IsNullOrEmpty(settings.ApplicationName))
            settings.ApplicationName = applicationName;

        // Named, so that metrics say the name and not the connection string.
        return new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = applicationName }.Build();
    }

    private static bool IsAutoPrepare(string keyword) =>
        keyword.Replace(" ", "").Equals(nameof(NpgsqlConnectionStringBuilder.MaxAutoPrepare), StringComparison.OrdinalIgnoreCase);
}
