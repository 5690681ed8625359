using Npgsql;

namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>Tells whether entries wait for their place in the log. As role sa_auditor. Thread-safe.</summary>
public sealed class UnsealedEntries(NpgsqlDataSource auditor)
{
    // The first in the order of places behind the last leaf that a checkpoint covers: one look at an index, however many wait.
    private const string Select = """
        select e.at from sa.log_entry e
        where (e.xid, e.id) > (
            select last.xid, last.id from sa.log_leaf l join sa.log_entry last on last.id = l.entry_id
            where l.index = (select max(tree_size) - 1 from sa.log_checkpoint)
        )
        order by e.xid, e.id limit 1
        """;

    /// <returns>The time that the first of them says to be of; null when none waits, or before the first checkpoint.</returns>
    public async Task<DateTimeOffset?> OldestAsync(CancellationToken cancellation = default)
    {
        await using var command = auditor.CreateCommand(Select);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? row.GetFieldValue<DateTimeOffset>(0) : null;
    }
}
