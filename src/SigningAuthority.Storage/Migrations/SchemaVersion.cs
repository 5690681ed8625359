using Npgsql;

namespace SigningAuthority.Storage.Migrations;

/// <summary>The database's schema is not the one this build was written for.</summary>
public sealed class SchemaMismatchException(string message) : Exception(message);

/// <summary>Compares the database's recorded migrations with those of this build.</summary>
public static class SchemaVersion
{
    /// <summary>Called by each process at start, before anything else touches the database.</summary>
    /// <exception cref="SchemaMismatchException">The database is older or newer, or an applied file was edited.</exception>
    public static async Task RequireCurrentAsync(NpgsqlDataSource dataSource, CancellationToken cancellation = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        var applied = await ReadAsync(connection, cancellation);
        RequireSameHistory(applied);
        if (applied.Count < Migration.All.Count)
        {
            throw new SchemaMismatchException(
                $"The database is at schema version {applied.Count}, this build needs {Migration.Newest}: run `SigningAuthority.Signer migrate`."
            );
        }
    }

    /// <summary>The same, but a database that is starting is waited for, a second at a time.</summary>
    /// <param name="dataSource">Any role's.</param>
    /// <param name="waiting">Told why, each time that it waits.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="SchemaMismatchException">As above.</exception>
    public static async Task WaitForCurrentAsync(NpgsqlDataSource dataSource, Action<string> waiting, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await RequireCurrentAsync(dataSource, cancellation);
                return;
            }
            catch (Exception exception) when (DatabaseFaults.IsTransient(exception))
            {
                waiting(exception.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
            }
        }
    }

    internal sealed record AppliedMigration(int Version, string Name, string Sha256);

    internal static async Task<IReadOnlyList<AppliedMigration>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var applied = new List<AppliedMigration>();
        try
        {
            await using var command = new NpgsqlCommand("select version, name, sha256 from sa.schema_version order by version", connection);
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
                applied.Add(new AppliedMigration(reader.GetInt32(0), reader.GetString(1), reader.GetString(2)));
        }
        catch (PostgresException e)
            when (e.SqlState
                    is PostgresErrorCodes.UndefinedTable
                        or PostgresErrorCodes.InvalidSchemaName
                        or PostgresErrorCodes.InsufficientPrivilege
            )
        {
            // An empty database, or one whose first file has not granted anything yet.
        }

        return applied;
    }

    internal static void RequireSameHistory(IReadOnlyList<AppliedMigration> applied)
    {
        if (applied.Count > Migration.All.Count)
            throw new SchemaMismatchException(
                $"The database is at schema version {applied[^1].Version}, newer than this build's {Migration.Newest}."
            );

        foreach (var (recorded, known) in applied.Zip(Migration.All))
        {
            if (recorded.Version != known.Version || recorded.Sha256 != known.Sha256)
            {
                throw new SchemaMismatchException(
                    $"Migration {known.Version:D4}_{known.Name} is not the file that was applied as {recorded.Version:D4}_{recorded.Name}: "
                        + "applied files are never edited, a change is a new file."
                );
            }
        }
    }
}
