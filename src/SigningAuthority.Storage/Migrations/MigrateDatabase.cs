using System.Data;
using Npgsql;

namespace SigningAuthority.Storage.Migrations;

/// <summary>What a run of the migrations did.</summary>
/// <param name="From">Version found; 0 in an empty database.</param>
/// <param name="To">Version left behind.</param>
public sealed record MigrationResult(int From, int To);

/// <summary>
/// Brings a database to the schema this build was written for. Run by an operator, never by Api or Signer at start. Any number
/// may run at once: one works, the others wait and then find nothing to do.
/// </summary>
public sealed class MigrateDatabase(NpgsqlDataSource superuserOrOwner)
{
    // Any constant; the two halves spell "sa" and "mg".
    private const long LockKey = 0x7361_6D67;

    /// <param name="passwords">Role name to password, for example "sa_api"; empty leaves them as they are. See <see cref="RolePasswords"/>.</param>
    /// <param name="cancellation">Between files; a file is applied whole or not at all.</param>
    /// <exception cref="SchemaMismatchException">An applied file was edited, or the database is newer than this build.</exception>
    public async Task<MigrationResult> RunAsync(IReadOnlyDictionary<string, string> passwords, CancellationToken cancellation = default)
    {
        await using var connection = await superuserOrOwner.OpenConnectionAsync(cancellation);
        await ExecuteAsync(connection, $"select pg_advisory_lock({LockKey})", cancellation);
        try
        {
            await CreateRolesAsync(connection, passwords, cancellation);
            await ExecuteAsync(connection, "set role sa_owner", cancellation);
            await ExecuteAsync(connection, Bootstrap, cancellation);
            return await ApplyAsync(connection, cancellation);
        }
        finally
        {
            // A pool keeps the session open. Where it is broken, the lock went with it.
            if (connection.FullState == ConnectionState.Open)
                await ExecuteAsync(connection, $"reset role; select pg_advisory_unlock({LockKey})", CancellationToken.None);
        }
    }

    private const string Bootstrap = """
        create schema if not exists sa;
        create table if not exists sa.schema_version (
            version integer primary key,
            name text not null,
            sha256 text not null,
            applied_at timestamptz not null default now()
        )
        """;

    private static async Task CreateRolesAsync(
        NpgsqlConnection connection,
        IReadOnlyDictionary<string, string> passwords,
        CancellationToken cancellation
    )
    {
        if (!await MayCreateRolesAsync(connection, cancellation))
        {
            if (passwords.Count > 0)
                throw new InvalidOperationException("Passwords of roles are set by a superuser; this role may not.");
            return;
        }

        await ExecuteAsync(connection, Migration.Roles, cancellation);
        foreach (var (role, password) in passwords)
            await RolePasswords.SetAsync(connection, role, password, cancellation);
    }

    // The owner finds the roles made: deploy/postgres/roles.sql was run by the one who may.
    private static async Task<bool> MayCreateRolesAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select rolsuper from pg_roles where rolname = current_user", connection);
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private static async Task<MigrationResult> ApplyAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var applied = await SchemaVersion.ReadAsync(connection, cancellation);
        SchemaVersion.RequireSameHistory(applied);

        foreach (var migration in Migration.All.Skip(applied.Count))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            await ExecuteAsync(connection, migration.Sql, cancellation);
            await using var record = new NpgsqlCommand(
                "insert into sa.schema_version (version, name, sha256) values ($1, $2, $3)",
                connection
            );
            record.Parameters.AddWithValue(migration.Version);
            record.Parameters.AddWithValue(migration.Name);
            record.Parameters.AddWithValue(migration.Sha256);
            await record.ExecuteNonQueryAsync(cancellation);
            await transaction.CommitAsync(CancellationToken.None);
        }

        return new MigrationResult(applied.Count == 0 ? 0 : applied[^1].Version, Migration.Newest);
    }

    // Without a time limit: the lock is another's for as long as it migrates, and a large table takes long.
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
