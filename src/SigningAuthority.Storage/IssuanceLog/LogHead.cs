using Npgsql;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>
/// This cluster counts transactions from before the log's last entry: the database was restored logically, or copied. New entries
/// would be placed behind the head and be lost to the log. The runbook says how to go on (pg_resetwal).
/// </summary>
public sealed class ForeignLogException(string message) : Exception(message);

/// <summary>Where the log ends.</summary>
/// <param name="Tree">What appending needs.</param>
/// <param name="LastEntryId">Of the last leaf; 0 in an empty log.</param>
/// <param name="AtMost">The largest "at" so far.</param>
internal sealed record LogHead(CompactRange Tree, long LastEntryId, DateTime AtMost)
{
    private const string Select = """
        select c.tree_size, c.frontier, l.entry_id, l.at_most, e.xid < pg_snapshot_xmax(pg_current_snapshot())
        from sa.log_checkpoint c
            join sa.log_leaf l on l.index = c.tree_size - 1
            join sa.log_entry e on e.id = l.entry_id
        order by c.tree_size desc limit 1
        """;

    /// <exception cref="ForeignLogException">See there.</exception>
    internal static async Task<LogHead> ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Select, connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        if (!await row.ReadAsync(cancellation))
            return new LogHead(new CompactRange(), 0, DateTime.UnixEpoch);
        if (!row.GetBoolean(4))
            throw new ForeignLogException(
                "The cluster's transaction ids lie behind the log's: was it restored with pg_restore? See the runbook."
            );

        return new LogHead(CompactRange.FromBytes(row.GetInt64(0), row.GetFieldValue<byte[]>(1)), row.GetInt64(2), row.GetDateTime(3));
    }
}
