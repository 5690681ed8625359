using Npgsql;
using NpgsqlTypes;
using SigningAuthority.IssuanceLog.Tree;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>
/// Gives entries their place in the tree and signs the tree's new head. Any number of instances may try: the one that has the
/// lock works, the others have nothing to do. Thread-safe.
/// </summary>
/// <param name="dataSource">As role sa_signer.</param>
/// <param name="origin">The log's name, first line of each checkpoint.</param>
/// <param name="sign">Makes the signed note of a checkpoint's body (C2SP signed-note). What it throws leaves the log as it was.</param>
public sealed class SequenceLogEntries(NpgsqlDataSource dataSource, string origin, Func<string, CancellationToken, ValueTask<string>> sign)
{
    // Any constant; the two halves spell "sa" and "lg".
    private const long LockKey = 0x7361_6C67;

    // Every transaction below the horizon has ended: what is visible there now is all there will ever be.
    // The comparison and the rows come from one statement, hence from one snapshot.
    private const string ReadNext = """
        select id, type, actor, at, entry from sa.log_entry
        where (xid, id) > (select e.xid, e.id from sa.log_entry e where e.id = $1)
            and xid < pg_snapshot_xmin(pg_current_snapshot())
        order by xid, id limit $2
        """;

    private const string ReadFirst = """
        select id, type, actor, at, entry from sa.log_entry
        where xid < pg_snapshot_xmin(pg_current_snapshot()) and $1 = 0
        order by xid, id limit $2
        """;

    private const string CopyLeaves = "copy sa.log_leaf (index, entry_id, leaf_hash, type, actor, at_most) from stdin (format binary)";

    private const string InsertCheckpoint = "insert into sa.log_checkpoint (tree_size, root_hash, frontier, note) values ($1, $2, $3, $4)";

    /// <summary>One step: at most <paramref name="limit"/> entries, one checkpoint, one durable transaction.</summary>
    /// <returns>How many entries got their place; 0 when there were none, or another instance is at it. At the limit, call again.</returns>
    /// <exception cref="ForeignLogException">The database is not the cluster that the log was written in. Nothing was written.</exception>
    public async Task<int> RunAsync(int limit = 10_000, CancellationToken cancellation = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using (var transaction = await connection.BeginTransactionAsync(cancellation))
        {
            if (!await TryLockAsync(connection, cancellation))
                return 0;

            var head = await LogHead.ReadAsync(connection, cancellation);
            var next = await ReadAsync(connection, head, limit, cancellation);
            if (next.Count == 0)
                return 0;

            var tree = head.Tree;
            await WriteLeavesAsync(connection, head, next, tree, cancellation);
            await WriteCheckpointAsync(connection, tree, cancellation);
            await transaction.CommitAsync(cancellation);
            limit = next.Count;
        }

        await Notifications.LoggedAsync(connection);
        return limit;
    }

    private static async Task<bool> TryLockAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select pg_try_advisory_xact_lock($1)", connection);
        command.Parameters.AddValue(LockKey);
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private static async Task<List<UnplacedEntry>> ReadAsync(
        NpgsqlConnection connection,
        LogHead head,
        int limit,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(head.Tree.Size == 0 ? ReadFirst : ReadNext, connection);
        command.Parameters.AddValue(head.LastEntryId);
        command.Parameters.AddValue(limit);
        var entries = new List<UnplacedEntry>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            entries.Add(
                new UnplacedEntry(
                    reader.GetInt64(0),
                    reader.GetString(1),
                    reader.GetString(2),
                    reader.GetFieldValue<DateTime>(3),
                    reader.GetFieldValue<byte[]>(4)
                )
            );
        }

        return entries;
    }

    private static async Task WriteLeavesAsync(
        NpgsqlConnection connection,
        LogHead head,
        List<UnplacedEntry> entries,
        CompactRange tree,
        CancellationToken cancellation
    )
    {
        var atMost = head.AtMost;
        await using var copy = await connection.BeginBinaryImportAsync(CopyLeaves, cancellation);
        foreach (var entry in entries)
        {
            var leaf = MerkleTree.LeafHash(entry.Entry);
            atMost = entry.At > atMost ? entry.At : atMost;
            await copy.StartRowAsync(cancellation);
            await copy.WriteAsync(tree.Size, NpgsqlDbType.Bigint, cancellation);
            await copy.WriteAsync(entry.Id, NpgsqlDbType.Bigint, cancellation);
            await copy.WriteAsync(leaf, NpgsqlDbType.Bytea, cancellation);
            await copy.WriteAsync(entry.Type, NpgsqlDbType.Text, cancellation);
            await copy.WriteAsync(entry.Actor, NpgsqlDbType.Text, cancellation);
            await copy.WriteAsync(atMost, NpgsqlDbType.TimestampTz, cancellation);
            tree.Append(leaf);
        }

        await copy.CompleteAsync(cancellation);
    }

    private async Task WriteCheckpointAsync(NpgsqlConnection connection, CompactRange tree, CancellationToken cancellation)
    {
        var root = tree.Root();
        var note = await sign(new Checkpoint(origin, tree.Size, root).Body(), cancellation);
        await using var command = new NpgsqlCommand(InsertCheckpoint, connection);
        command.Parameters.AddValue(tree.Size);
        command.Parameters.AddValue(root);
        command.Parameters.AddValue(tree.ToBytes());
        command.Parameters.AddValue(note);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private sealed record UnplacedEntry(long Id, string Type, string Actor, DateTime At, byte[] Entry);
}
