using Npgsql;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>Walks the leaves and the checkpoints side by side and recomputes both from the entries' bytes.</summary>
internal sealed class VerifyLeaves(LogDefects defects, NoteKey? key)
{
    private const string SelectLeaves = """
        select l.index, l.leaf_hash, l.type, l.actor, l.at_most,
            e.entry, e.type, e.actor, e.subject, e.request_id, e.mac, e.serial, e.fingerprint, e.at, e.xid, e.id
        from sa.log_leaf l join sa.log_entry e on e.id = l.entry_id
        order by l.index
        """;

    private const string SelectCheckpoints = "select tree_size, root_hash, frontier, note from sa.log_checkpoint order by tree_size";

    private readonly CompactRange _tree = new();
    private (ulong Xid, long Id) _place;
    private DateTimeOffset _atMost = DateTimeOffset.UnixEpoch;
    private long _checkpoints;

    internal async Task<(long Leaves, long Checkpoints)> RunAsync(NpgsqlConnection first, NpgsqlConnection second, CancellationToken cancellation)
    {
        await using var leafCommand = new NpgsqlCommand(SelectLeaves, first);
        await using var checkpointCommand = new NpgsqlCommand(SelectCheckpoints, second);
        await using var leaves = await leafCommand.ExecuteReaderAsync(cancellation);
        await using var checkpoints = await checkpointCommand.ExecuteReaderAsync(cancellation);
        var pending = await checkpoints.ReadAsync(cancellation);
        while (await leaves.ReadAsync(cancellation))
        {
            VerifyLeaf(leaves);
            while (pending && checkpoints.GetInt64(0) <= _tree.Size)
            {
                VerifyCheckpoint(checkpoints);
                pending = await checkpoints.ReadAsync(cancellation);
            }
        }

        defects.Require(!pending, "log", "A checkpoint was signed over more leaves than there are.");
        return (_tree.Size, _checkpoints);
    }

    private void VerifyLeaf(NpgsqlDataReader row)
    {
        var where = $"leaf {row.GetInt64(0)}";
        var bytes = row.GetFieldValue<byte[]>(5);
        var leaf = MerkleTree.LeafHash(bytes);
        defects.Require(row.GetInt64(0) == _tree.Size, where, $"Leaf {_tree.Size} should stand here.");
        defects.Require(leaf.AsSpan().SequenceEqual(row.GetFieldValue<byte[]>(1)), where, "The entry's bytes are not those that were hashed.");

        var place = (row.GetFieldValue<ulong>(14), row.GetInt64(15));
        defects.Require(place.CompareTo(_place) > 0, where, "The entry was written before the one it follows.");
        _place = place;

        var at = row.GetFieldValue<DateTimeOffset>(13);
        _atMost = at > _atMost ? at : _atMost;
        defects.Require(
            row.GetString(2) == row.GetString(6) && row.GetString(3) == row.GetString(7) && row.GetFieldValue<DateTimeOffset>(4) == _atMost,
            where,
            "The leaf's columns are not the entry's.");
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
        var same = entry.Type == row.GetString(6) && entry.Actor == row.GetString(7) && entry.Subject == Text(row, 8)
            && entry.RequestId == row.GetFieldValue<Guid?>(9) && entry.Mac == Text(row, 10) && entry.Serial == Text(row, 11)
            && entry.Fingerprint == fingerprint && entry.At == row.GetFieldValue<DateTimeOffset>(13);
        defects.Require(same, where, "The columns do not say what the entry's bytes say.");
    }

    private void VerifyCheckpoint(NpgsqlDataReader row)
    {
        _checkpoints++;
        var (size, root) = (row.GetInt64(0), _tree.Root());
        var where = $"checkpoint {size}";
        defects.Require(
            size == _tree.Size && root.AsSpan().SequenceEqual(row.GetFieldValue<byte[]>(1))
                && _tree.ToBytes().AsSpan().SequenceEqual(row.GetFieldValue<byte[]>(2)),
            where,
            "The tree of this size has another root.");
        try
        {
            var note = SignedNote.Parse(row.GetString(3));
            var said = Checkpoint.Parse(note.Text);
            defects.Require(said.Size == size && said.RootHash.AsSpan().SequenceEqual(root), where, "The signed note says something else.");
            defects.Require(key is null || note.IsSignedBy(key), where, "The note's signature is not the log's.");
        }
        catch (FormatException e)
        {
            defects.Require(false, where, e.Message);
        }
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
