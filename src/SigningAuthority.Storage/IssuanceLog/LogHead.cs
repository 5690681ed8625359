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
/// <param name="SealedAt">By the clock of the sequencer that wrote this head.</param>
/// <param name="Note">The signed note; null while the head is pending.</param>
/// <param name="AskedBy">Who asked the key last, in the last moments; null when that is longer ago.</param>
internal sealed record LogHead(CompactRange Tree, long LastEntryId, DateTime AtMost, DateTimeOffset SealedAt, string? Note, string? AskedBy)
{
    // Outer joins: a head whose leaf is gone must be seen, not passed over for the one before it.
    private const string Select = """
        select h.tree_size, h.root_hash, h.frontier, h.sealed_at, l.entry_id, l.at_most, e.xid < pg_snapshot_xmax(pg_current_snapshot()), c.note,
            (select s.signer from sa.log_signing s where s.tree_size = h.tree_size and s.asked_at > now() - $1 order by s.id desc limit 1)
        from sa.log_head h
            left join sa.log_checkpoint c on c.tree_size = h.tree_size
            left join sa.log_leaf l on l.index = h.tree_size - 1
            left join sa.log_entry e on e.id = l.entry_id
        order by h.tree_size desc limit 1
        """;

    // A key needs some milliseconds, one on the network some hundreds: whoever asked longer ago has ended.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static LogHead Empty => new(new CompactRange(), 0, DateTime.UnixEpoch, DateTimeOffset.UnixEpoch, "", null);

    internal bool IsPending => Note is null;

    /// <exception cref="ForeignLogException">See there.</exception>
    /// <exception cref="SealingStoppedException">The head is not one that a sequencer wrote.</exception>
    internal static async Task<LogHead> ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Select, connection);
        command.Parameters.AddValue(Patience);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        if (!await row.ReadAsync(cancellation))
            return Empty;

        var size = row.GetInt64(0);
        if (row.IsDBNull(6))
            throw new SealingStoppedException(
                SealingStop.RolledBack,
                $"The log's entry {size - 1} is gone, and a tree of {size} entries was written down."
            );
        if (!row.GetBoolean(6))
            throw new ForeignLogException(
                "The cluster's transaction ids lie behind the log's: was it restored with pg_restore? See the runbook."
            );

        return new LogHead(
            ReadTree(size, row.GetFieldValue<byte[]>(1), row.GetFieldValue<byte[]>(2)),
            row.GetInt64(4),
            row.GetDateTime(5),
            row.GetFieldValue<DateTimeOffset>(3),
            row.IsDBNull(7) ? null : row.GetString(7),
            row.IsDBNull(8) ? null : row.GetString(8)
        );
    }

    private static CompactRange ReadTree(long size, byte[] root, byte[] frontier)
    {
        try
        {
            var tree = CompactRange.FromBytes(size, frontier);
            if (tree.Root().AsSpan().SequenceEqual(root))
                return tree;
        }
        catch (ArgumentException)
        {
            // Not as many nodes as the size has.
        }

        throw new SealingStoppedException(SealingStop.AnotherTree, $"The log's head of {size} entries has a root that is not its own.");
    }
}
