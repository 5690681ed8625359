using Npgsql;
using SigningAuthority.IssuanceLog.Entries;

namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>Appends entries to the log. An act that has rows of its own writes its entries in the transaction of those rows.</summary>
public sealed class AppendLogEntries(NpgsqlDataSource dataSource)
{
    private static readonly string Insert = $"insert into sa.log_entry ({LogEntryColumns.Names}) select * from {LogEntryColumns.Unnest(1)}";

    /// <summary>For acts that change nothing else, such as a refusal at the door or a download. Durable on return.</summary>
    public async Task AppendAsync(IReadOnlyList<LogEntry> entries, CancellationToken cancellation = default)
    {
        if (entries.Count == 0)
            return;

        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await AddAsync(connection, entries, cancellation);
    }

    /// <summary>Whether this role may write entries: role sa_auditor may not.</summary>
    public async Task<bool> CanAppendAsync(CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand("select has_column_privilege('sa.log_entry', 'entry', 'insert')");
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Adds the entries to the transaction that the connection is in.</summary>
    public static async Task AddAsync(
        NpgsqlConnection connection,
        IReadOnlyList<LogEntry> entries,
        CancellationToken cancellation = default
    )
    {
        if (entries.Count == 0)
            return;

        await using var command = new NpgsqlCommand(Insert, connection);
        LogEntryColumns.AddTo(command.Parameters, entries);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The same as one command of a batch.</summary>
    internal static void AddTo(NpgsqlBatch batch, IReadOnlyList<LogEntry> entries)
    {
        if (entries.Count == 0)
            return;

        var command = new NpgsqlBatchCommand(Insert);
        LogEntryColumns.AddTo(command.Parameters, entries);
        batch.BatchCommands.Add(command);
    }
}
