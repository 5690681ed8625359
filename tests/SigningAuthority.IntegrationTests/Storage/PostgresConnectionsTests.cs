using Npgsql;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Storage;
using Xunit;

namespace SigningAuthority.IntegrationTests.Storage;

public sealed class PostgresConnectionsTests
{
    private const string Find = "select id from sa.signing_request where id = any($1)";

    [Fact]
    public async Task A_line_s_statement_is_parsed_and_planned_once_a_connection()
    {
        await using var database = await ConnectAsync();
        for (var i = 0; i < 10; i++)
            await FindAsync(database);

        // Postgres tells how often it used a plan that it had, in place of a new one.
        Assert.Equal((true, 9L), await PreparedAsync(database));
    }

    [Fact]
    public async Task A_line_s_plan_that_was_made_of_an_empty_table_does_not_read_the_whole_table()
    {
        await using var database = await ConnectAsync();
        await using var command = database.CreateCommand("explain " + Find.Replace("$1", "'{01990000-0000-7000-8000-000000000000}'"));
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();

        Assert.StartsWith("Index", row.GetString(0), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_line_left_open_is_rolled_back_when_its_connection_goes_back()
    {
        await using var database = await ConnectAsync();
        await using (var connection = await database.OpenConnectionAsync())
            await new NpgsqlCommand("begin; select pg_advisory_xact_lock(7)", connection).ExecuteNonQueryAsync();

        // The pool has this one connection alone.
        await using var locks = database.CreateCommand(
            "select count(*) from pg_locks where locktype = 'advisory' and objid = 7 and pid = pg_backend_pid()"
        );
        Assert.Equal(0L, await locks.ExecuteScalarAsync());
    }

    private static async Task<NpgsqlDataSource> ConnectAsync()
    {
        var scenario = await StorageScenario.CreateAsync();
        return PostgresConnections.BuildForLine(
            scenario.Cluster.ConnectionString("sa_signer", scenario.Database) + ";Maximum Pool Size=1",
            "test"
        );
    }

    private static async Task FindAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(Find);
        command.Parameters.AddWithValue(new[] { Guid.NewGuid() });
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<(bool IsPrepared, long Uses)> PreparedAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(
            "select generic_plans + custom_plans from pg_prepared_statements where statement = $1"
        );
        command.Parameters.AddWithValue(Find);
        return await command.ExecuteScalarAsync() is long uses ? (true, uses) : (false, 0);
    }
}
