using Npgsql;

namespace SigningAuthority.Benchmarks.Growth;

/// <summary>
/// Three connections fill the requests with their certificates, the log's entries and its leaves; indexes are dropped before and built
/// again after. What is indexed is as it would be (random where hashes and serial numbers are); documents are short, since the cost of
/// a certificate depends on the indexes' depth and not on how long old rows are. The Signer must not run.
/// </summary>
internal static class FillTables
{
    // A database that somebody's authority works in has more of its own than a benchmark could have made.
    private const string IsForMeasuring = "select exists (select from sa.station where name = 'benchmark' and revoked_at is null)";

    public static async Task<int> RunAsync(string connectionString, int to, CancellationToken cancellation)
    {
        var builder = new NpgsqlDataSourceBuilder(
            new NpgsqlConnectionStringBuilder(connectionString)
            {
                CommandTimeout = 0,
                Options =
                    "-c session_replication_role=replica -c synchronous_commit=off -c maintenance_work_mem=768MB -c max_parallel_maintenance_workers=0",
            }.ConnectionString
        );
        await using var database = builder.Build();
        if (!await ScalarAsync<bool>(database, IsForMeasuring, cancellation))
            throw new InvalidOperationException("This database was not set up by compare.sh: nothing is filled.");

        var from = (int)await ScalarAsync<long>(database, "select count(*) from sa.certificate", cancellation);
        if (from >= to)
            return 0;
        var indexes = await BulkyIndexes.DropAsync(database, cancellation);
        // It would keep every row of the statement to count them.
        await RunAsync(database, "alter table sa.signing_request disable trigger count_drawn", cancellation);
        await FillAsync(database, from, to, cancellation);
        await RunAsync(database, "alter table sa.signing_request enable always trigger count_drawn", cancellation);
        await indexes.BuildAsync(database, cancellation);
        await RunAsync(database, "vacuum (analyze) sa.signing_request, sa.intent, sa.certificate, sa.log_entry, sa.log_leaf", cancellation);
        await RunAsync(database, "checkpoint", cancellation);
        return 0;
    }

    private static async Task FillAsync(NpgsqlDataSource database, int from, int to, CancellationToken cancellation)
    {
        var lastEntry = await ScalarAsync<long>(database, "select coalesce(max(id), 0) from sa.log_entry", cancellation);
        var leaves = await ScalarAsync<long>(database, "select coalesce(max(index) + 1, 0) from sa.log_leaf", cancellation);
        var entries = FillStatements.EntriesOfCertificate * (long)(to - from);
        string WithNumbers(string sql) =>
            sql.Replace("{from}", $"{from + 1}")
                .Replace("{to}", $"{to}")
                .Replace("{last}", $"{lastEntry}")
                .Replace("{leaves}", $"{leaves}");

        await Task.WhenAll(
            RunAsync(database, WithNumbers(FillStatements.Requests + FillStatements.Intents + FillStatements.Certificates), cancellation),
            RunAsync(database, WithNumbers(FillStatements.Entries), cancellation),
            RunAsync(database, WithNumbers(FillStatements.Leaves), cancellation)
        );
        await FillTree.RunAsync(database, cancellation);
        await RunAsync(database, $"select setval('sa.log_entry_id', {lastEntry + entries})", cancellation);
    }

    private static async Task RunAsync(NpgsqlDataSource database, string sql, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<T> ScalarAsync<T>(NpgsqlDataSource database, string sql, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
