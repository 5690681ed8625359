using Npgsql;
using NpgsqlTypes;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>Walks the leaves with their checkpoints and recomputes both from the entries' bytes.</summary>
internal sealed class VerifyLeaves(LogDefects defects, NoteKey? key)
{
    private const long Step = 20_000;

    private const string SelectHead = """
        select (select max(tree_size) from sa.log_checkpoint), (select max(index) + 1 from sa.log_leaf)
        """;

    private const string SelectLeaves = """
        select l.index, l.leaf_hash, l.type, l.actor, l.at_most,
            e.entry, e.type, e.actor, e.subject, e.request_id, e.mac, e.serial, e.fingerprint, e.at, e.xid, e.id
        from sa.log_leaf l join sa.log_entry e on e.id = l.entry_id
        where l.index >= $1 and l.index < $2
        order by l.index
        """;

    private const string SelectCheckpoints = """
        select tree_size, root_hash, frontier, note from sa.log_checkpoint where tree_size > $1 and tree_size <= $2 order by tree_size
        """;

    // All that was written up to the last leaf's place has its own place by now, whatever is being written meanwhile.
    private const string CountEntries = """
        select count(*) filter (where (xid, id) <= ($1, $2)), count(*) filter (where (xid, id) > ($1, $2)) from sa.log_entry
        """;

    private readonly CompactRange _tree = new();
    private (ulong Xid, long Id) _place;
    private DateTimeOffset _atMost = DateTimeOffset.UnixEpoch;

    internal long Count => _tree.Size;

    internal long Checkpoints { get; private set; }

    internal long Unplaced { get; private set; }

    internal async Task RunAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var head = await ReadHeadAsync(connection, cancellation);
        for (long from = 0; from < head; from += Step)
            await VerifyStepAsync(connection, from, Math.Min(from + Step, head), cancellation);

        await using var count = new NpgsqlCommand(CountEntries, connection) { CommandTimeout = 0 };
        count.Parameters.Add(new NpgsqlParameter<ulong> { TypedValue = _place.Xid, NpgsqlDbType = NpgsqlDbType.Xid8 });
        count.Parameters.AddValue(_place.Id);
        await using var row = await count.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        defects.Require(row.GetInt64(0) == _tree.Size, "log", "Entries were passed over when later ones got their places.");
        Unplaced = row.GetInt64(1);
    }

    private async Task<long> ReadHeadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(SelectHead, connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        var (signed, leaves) = (row.GetFieldValue<long?>(0) ?? 0, row.GetFieldValue<long?>(1) ?? 0);
        defects.Require(signed <= leaves, "log", "A checkpoint was signed over more leaves than there are.");
        defects.Require(signed >= leaves, "log", "There are leaves that no checkpoint was signed over.");
        return Math.Max(signed, leaves);
    }

    private async Task VerifyStepAsync(NpgsqlConnection connection, long from, long to, CancellationToken cancellation)
    {
        var checkpoints = await ReadCheckpointsAsync(connection, from, to, cancellation);
        await using var command = new NpgsqlCommand(SelectLeaves, connection);
        command.Parameters.AddValue(from);
        command.Parameters.AddValue(to);
        await using var leaves = await command.ExecuteReaderAsync(cancellation);
        while (await leaves.ReadAsync(cancellation))
        {
            VerifyLeaf(leaves);
            while (checkpoints.TryPeek(out var checkpoint) && checkpoint.Size <= _tree.Size)
                VerifyCheckpoint(checkpoints.Dequeue());
        }

        defects.Require(checkpoints.Count == 0, $"leaf {_tree.Size}", "Leaves below a checkpoint are missing.");
    }

    private static async Task<Queue<StoredHead>> ReadCheckpointsAsync(
        NpgsqlConnection connection,
        long from,
        long to,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(SelectCheckpoints, connection);
        command.Parameters.AddValue(from);
        command.Parameters.AddValue(to);
        var checkpoints = new Queue<StoredHead>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            checkpoints.Enqueue(
                new StoredHead(row.GetInt64(0), row.GetFieldValue<byte[]>(1), row.GetFieldValue<byte[]>(2), row.GetString(3))
            );
        return checkpoints;
    }

    private void VerifyLeaf(NpgsqlDataReader row)
    {
        var where = $"leaf {row.GetInt64(0)}";
        var bytes = row.GetFieldValue<byte[]>(5);
        var leaf = MerkleTree.LeafHash(bytes);
        defects.Require(row.GetInt64(0) == _tree.Size, where, $"Leaf {_tree.Size} should stand here.");
        defects.Require(
            leaf.AsSpan().SequenceEqual(row.GetFieldValue<byte[]>(1)),
            where,
            "The entry's bytes are not those that were hashed."
        );

        var place = (row.GetFieldValue<ulong>(14), row.GetInt64(15));
        defects.Require(place.CompareTo(_place) > 0, where, "The entry was written before the one it follows.");
        _place = place;

        var at = row.GetFieldValue<DateTimeOffset>(13);
        _atMost = at > _atMost ? at : _atMost;
        defects.Require(
            row.GetString(2) == row.GetString(6) && row.GetString(3) == row.GetString(7) && row.GetFieldValue<DateTimeOffset>(4) == _atMost,
            where,
            "The leaf's columns are not the entry's."
        );
        VerifyColumns(row, bytes, where);
        _tree.Append(leaf);
    }

    private void VerifyColumns(NpgsqlDataReader row, byte[] bytes, string where)
    {
        StoredEntry entry;
        try
        {
            entry = StoredEntry.Read(bytes);
        }
        catch (FormatException e)
        {
            defects.Require(false, where, e.Message);
            return;
        }

        var fingerprint = row.IsDBNull(12) ? null : Convert.ToHexStringLower(row.GetFieldValue<byte[]>(12));
        var same =
            entry.Type == row.GetString(6)
            && entry.Actor == row.GetString(7)
            && entry.Subject == Text(row, 8)
            && entry.RequestId == row.GetFieldValue<Guid?>(9)
            && entry.Mac == Text(row, 10)
            && entry.Serial == Text(row, 11)
            && entry.Fingerprint == fingerprint
            && entry.At == row.GetFieldValue<DateTimeOffset>(13);
        defects.Require(same, where, "The columns do not say what the entry's bytes say.");
    }

    private void VerifyCheckpoint(StoredHead stored)
    {
        Checkpoints++;
        var root = _tree.Root();
        var where = $"checkpoint {stored.Size}";
        defects.Require(
            stored.Size == _tree.Size
                && root.AsSpan().SequenceEqual(stored.Root)
                && _tree.ToBytes().AsSpan().SequenceEqual(stored.Frontier),
            where,
            "The tree of this size has another root."
        );
        try
        {
            var note = SignedNote.Parse(stored.Note);
            var said = Checkpoint.Parse(note.Text);
            defects.Require(
                said.Size == stored.Size && said.RootHash.AsSpan().SequenceEqual(root),
                where,
                "The signed note says something else."
            );
            defects.Require(key is null || note.IsSignedBy(key), where, "The note's signature is not the log's.");
        }
        catch (FormatException e)
        {
            defects.Require(false, where, e.Message);
        }
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private sealed record StoredHead(long Size, byte[] Root, byte[] Frontier, string Note);
}
