using Npgsql;
using NpgsqlTypes;
using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.IssuanceLog.Tree;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>
/// Gives entries their place in the tree and signs the tree's new head. Any number of instances may try: one at a time has the
/// lock, the others have nothing to do. One call at a time for each instance.
/// </summary>
/// <param name="dataSource">As role sa_signer.</param>
/// <param name="sealing">Key, memory and clock.</param>
public sealed class SequenceLogEntries(NpgsqlDataSource dataSource, LogSealing sealing)
{
    // Any constant; the two halves spell "sa" and "lg".
    private const long LockKey = 0x7361_6C67;

    // Whatever the server's default: what is going to be signed is on disk first. And whoever stands still with the lock loses it soon.
    private const string Begin = """
        select pg_try_advisory_xact_lock($1), set_config('synchronous_commit', 'on', true),
            (select spki from sa.authority_certificate where purpose = 'LogKey' order by authority limit 1),
            set_config('idle_in_transaction_session_timeout', '5s', true)
        """;

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

    private const string InsertHead = "insert into sa.log_head (tree_size, root_hash, frontier, sealed_at) values ($1, $2, $3, $4)";

    private const string InsertSigning = "insert into sa.log_signing (tree_size, signer) values ($1, $2)";

    // Another instance may have thought that this one had ended, and signed the same head.
    private const string InsertCheckpoint =
        "insert into sa.log_checkpoint (tree_size, root_hash, note) values ($1, $2, $3) on conflict do nothing";

    private SealedHead? _remembered = sealing.Remembered;
    private bool _nodesAreComplete;

    /// <summary>
    /// One step: at most <paramref name="limit"/> entries, one checkpoint, two durable transactions. The first says what is going to be
    /// signed, the second what was: after a crash between them the same head is signed, never another one.
    /// </summary>
    /// <returns>How many entries can be seen from now on; 0 when there were none, or another instance is at it. At the limit, call again.</returns>
    /// <exception cref="ForeignLogException">The database is not the cluster that the log was written in. Nothing was written.</exception>
    /// <exception cref="SealingStoppedException">The database is not what was signed so far. Nothing was written, nothing was signed.</exception>
    public async Task<int> RunAsync(int limit = 10_000, CancellationToken cancellation = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        _nodesAreComplete = _nodesAreComplete || await CompleteNodesAsync(connection, cancellation);
        if (!_nodesAreComplete)
            return 0;
        if (await WriteDownAsync(connection, limit, cancellation) is not { } pending)
            return 0;

        var note = await SignAsync(pending.Tree, cancellation);
        // Outside of the database first: what anybody can have seen is remembered here.
        Remember(new SealedHead(note, sealing.Time.GetUtcNow()));
        await PublishAsync(connection, pending.Tree, note, cancellation);
        await Notifications.LoggedAsync(connection);
        return pending.Entries;
    }

    /// <summary>The first transaction.</summary>
    /// <returns>What is to be signed; null where that is nothing.</returns>
    private async Task<PendingHead?> WriteDownAsync(NpgsqlConnection connection, int limit, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (!await TryLockAsync(connection, cancellation))
            return null;

        // 1. The log must be the one that was signed so far, whoever has sealed since.
        var head = await LogHead.ReadAsync(connection, cancellation);
        var now = sealing.Time.GetUtcNow();
        RequireContinuation.OfTime(head, sealing, now);
        await RequireContinuation.OfTreeAsync(connection, head, _remembered, sealing.Key, cancellation);

        // 2. A head that was written down is signed before there is another, by its own sequencer or, when that has ended, by any.
        if (head.IsPending)
        {
            if (head.AskedBy is not null && head.AskedBy != sealing.Signer)
                return null;
            await InsertAsync(connection, transaction, [Signing(head.Tree)], cancellation);
            return new PendingHead(head.Tree, limit);
        }

        if (head.Note is { Length: > 0 } published && published != _remembered?.Note)
            Remember(new SealedHead(published, head.SealedAt));

        // 3. New leaves, the nodes that they complete, the head, and that the key is going to be asked: all or nothing.
        var next = await ReadAsync(connection, head, limit, cancellation);
        if (next.Count == 0)
            return null;

        var tree = head.Tree;
        await WriteLeavesAsync(connection, head, next, tree, cancellation);
        await InsertAsync(connection, transaction, [Head(tree, now), Signing(tree)], cancellation);
        return new PendingHead(tree, next.Count);
    }

    private async Task<bool> TryLockAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Begin, connection);
        command.Parameters.AddValue(LockKey);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        RequireContinuation.OfKey(sealing.Key, row.IsDBNull(2) ? null : row.GetFieldValue<byte[]>(2));
        return row.GetBoolean(0);
    }

    /// <returns>False when another instance is at it.</returns>
    private async Task<bool> CompleteNodesAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (!await TryLockAsync(connection, cancellation))
            return false;

        var head = await LogHead.ReadAsync(connection, cancellation);
        await LogNodes.CompleteAsync(connection, head.Tree.Size, cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
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
        var nodes = new List<TreeNode>();
        await using (var copy = await connection.BeginBinaryImportAsync(CopyLeaves, cancellation))
        {
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
                tree.Append(leaf, nodes);
            }

            await copy.CompleteAsync(cancellation);
        }

        await LogNodes.WriteAsync(connection, nodes, cancellation);
    }

    /// <summary>Writes the rows and commits.</summary>
    private static async Task InsertAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        IEnumerable<NpgsqlBatchCommand> commands,
        CancellationToken cancellation
    )
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var command in commands)
            batch.BatchCommands.Add(command);
        await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private static NpgsqlBatchCommand Head(CompactRange tree, DateTimeOffset now)
    {
        var command = new NpgsqlBatchCommand(InsertHead);
        command.Parameters.AddValue(tree.Size);
        command.Parameters.AddValue(tree.Root());
        command.Parameters.AddValue(tree.ToBytes());
        command.Parameters.AddValue(now.UtcDateTime);
        return command;
    }

    private NpgsqlBatchCommand Signing(CompactRange tree)
    {
        var command = new NpgsqlBatchCommand(InsertSigning);
        command.Parameters.AddValue(tree.Size);
        command.Parameters.AddValue(sealing.Signer);
        return command;
    }

    private async Task<string> SignAsync(CompactRange tree, CancellationToken cancellation)
    {
        var body = new Checkpoint(sealing.Key.Name, tree.Size, tree.Root()).Body();
        var note = await sealing.Sign(body, cancellation);
        // A faulty token must not get a bad note past this line.
        return SignedNote.Parse(note) is { } signed && signed.Text == body && signed.IsSignedBy(sealing.Key)
            ? note
            : throw new SealingStoppedException(SealingStop.AnotherKey, "The checkpoint's new signature is not one of the log's key.");
    }

    private static async Task PublishAsync(NpgsqlConnection connection, CompactRange tree, string note, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(InsertCheckpoint, connection);
        command.Parameters.AddValue(tree.Size);
        command.Parameters.AddValue(tree.Root());
        command.Parameters.AddValue(note);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private void Remember(SealedHead head)
    {
        // The larger one: a sequencer that was frozen must not forget what others signed meanwhile.
        if (_remembered is not null && _remembered.Head.Size > head.Head.Size)
            return;
        sealing.Remember(head);
        _remembered = head;
    }

    private sealed record UnplacedEntry(long Id, string Type, string Actor, DateTime At, byte[] Entry);

    /// <param name="Tree">With its new leaves.</param>
    /// <param name="Entries">How many entries it has more than the one before; the limit where that is not known.</param>
    private sealed record PendingHead(CompactRange Tree, int Entries);
}
