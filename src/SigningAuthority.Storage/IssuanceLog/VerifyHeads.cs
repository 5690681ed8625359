using Npgsql;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>Compares what was written down to be signed, how often the key was asked, and what was signed, with the tree that the entries make.</summary>
internal sealed class VerifyHeads(LogDefects defects, NoteKey? key, bool withClocks)
{
    private const string SelectHeads = """
        select tree_size, h.root_hash, h.frontier, h.sealed_at, c.root_hash, c.note, exists (select from sa.log_signing s where s.tree_size = either.tree_size)
        from (
            select tree_size from sa.log_head where tree_size > $1 and tree_size <= $2
            union select tree_size from sa.log_checkpoint where tree_size > $1 and tree_size <= $2
        ) either left join sa.log_head h using (tree_size) left join sa.log_checkpoint c using (tree_size)
        order by tree_size
        """;

    // Every time that the key was asked, it was for a head that is written down.
    private const string CountSignings = """
        select count(*), count(*) filter (where not exists (select from sa.log_head h where h.tree_size = s.tree_size))
        from sa.log_signing s where s.tree_size > $1
        """;

    internal long Count { get; private set; }

    internal long Signings { get; private set; }

    /// <summary>Those of more than <paramref name="from"/> and up to <paramref name="to"/> leaves.</summary>
    internal static async Task<Queue<StoredHead>> ReadAsync(NpgsqlConnection connection, long from, long to, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(SelectHeads, connection);
        command.Parameters.AddValue(from);
        command.Parameters.AddValue(to);
        var heads = new Queue<StoredHead>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            heads.Enqueue(
                new StoredHead(
                    row.GetInt64(0),
                    row.IsDBNull(1) ? null : row.GetFieldValue<byte[]>(1),
                    row.IsDBNull(2) ? null : row.GetFieldValue<byte[]>(2),
                    row.GetFieldValue<DateTimeOffset?>(3),
                    row.IsDBNull(4) ? null : row.GetFieldValue<byte[]>(4),
                    row.IsDBNull(5) ? null : row.GetString(5),
                    row.GetBoolean(6)
                )
            );
        }

        return heads;
    }

    /// <param name="stored">One of those that were read.</param>
    /// <param name="tree">As large as the head says, or larger where leaves are missing.</param>
    /// <param name="atMost">The largest time of its entries.</param>
    /// <param name="isLast">The newest may be on its way to the key.</param>
    internal void Verify(StoredHead stored, CompactRange tree, DateTimeOffset atMost, bool isLast)
    {
        Count++;
        var root = tree.Root();
        var where = $"checkpoint {stored.Size}";
        defects.Require(
            stored.Size == tree.Size
                && Same(stored.Root, root)
                && Same(stored.Frontier, tree.ToBytes())
                && (stored.SignedRoot is null || Same(stored.SignedRoot, root)),
            where,
            "The tree of this size has another root."
        );
        defects.Require(stored.WasAsked, where, "The key was never asked to sign it, as far as is written down.");
        defects.Require(
            !withClocks || stored.SealedAt is not { } sealedAt || atMost <= sealedAt + QueryLogEntries.Lateness,
            where,
            "Entries say to be of a time after the one when they were sealed."
        );
        defects.Require(stored.Note is not null || isLast, where, "It was written down, and never signed.");
        if (stored.Note is not null)
            VerifyNote(stored.Note, stored.Size, root, where);
    }

    private void VerifyNote(string text, long size, byte[] root, string where)
    {
        try
        {
            var note = SignedNote.Parse(text);
            var said = Checkpoint.Parse(note.Text);
            defects.Require(said.Size == size && Same(said.RootHash, root), where, "The signed note says something else.");
            defects.Require(key is null || note.IsSignedBy(key), where, "The note's signature is not the log's.");
        }
        catch (FormatException e)
        {
            defects.Require(false, where, e.Message);
        }
    }

    private static bool Same(byte[]? stored, byte[] computed) => stored.AsSpan().SequenceEqual(computed);

    internal async Task CountSigningsAsync(NpgsqlConnection connection, long from, CancellationToken cancellation)
    {
        await using var count = new NpgsqlCommand(CountSignings, connection) { CommandTimeout = 0 };
        count.Parameters.AddValue(from);
        await using var row = await count.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        Signings = row.GetInt64(0);
        defects.Require(row.GetInt64(1) == 0, "log", $"The key was asked to sign {row.GetInt64(1)} heads that are gone.");
    }

    /// <param name="Root">Null, like the next two, where a checkpoint has no head.</param>
    /// <param name="SignedRoot">Null, like the note, where the head is not signed.</param>
    internal sealed record StoredHead(
        long Size,
        byte[]? Root,
        byte[]? Frontier,
        DateTimeOffset? SealedAt,
        byte[]? SignedRoot,
        string? Note,
        bool WasAsked
    );
}
