using Npgsql;

namespace SigningAuthority.Storage;

/// <summary>The one way a process reaches Postgres: a pool of connections, opened as needed.</summary>
public static class PostgresConnections
{
    // The hot path has some thirty statements; each connection keeps them prepared after their second use.
    private const int PreparedStatements = 64;

    // A prepared statement's plan outlives the statistics that it was made of: from an empty table it reads the whole table, a minute
    // later still, when that has a hundred thousand rows (seen: 6 ms of Postgres a certificate in place of 0.3). Every statement of a line
    // looks at indexes for a few hundred rows at most, so the ways of reading that are only right for small or for whole tables are barred.
    private const string SteadyPlans = "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off";

    /// <param name="connectionString">As Npgsql reads it; what it says wins over the defaults here.</param>
    /// <param name="applicationName">Shown in pg_stat_activity, for example "signing-authority operator".</param>
    public static NpgsqlDataSource Build(string connectionString, string applicationName) =>
        Build(new NpgsqlConnectionStringBuilder(connectionString), applicationName);

    /// <summary>
    /// For processes that serve a line, where the same statements come a hundred times a second: they are parsed and planned once a
    /// connection, and a connection that goes back to the pool is not reset, so whoever changes a session changes it for those after him.
    /// </summary>
    /// <param name="connectionString">As above.</param>
    /// <param name="applicationName">As above.</param>
    public static NpgsqlDataSource BuildForLine(string connectionString, string applicationName)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxAutoPrepare = PreparedStatements,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true,
        };
        settings.Options = $"{SteadyPlans} {settings.Options}".Trim();
        return Build(settings, applicationName);
    }

    private static NpgsqlDataSource Build(NpgsqlConnectionStringBuilder settings, string applicationName)
    {
        if (string.IsNullOrEmpty(settings.ApplicationName))
            settings.ApplicationName = applicationName;

        // Named, so that metrics say the name and not the connection string.
        return new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = applicationName }.Build();
    }
}
