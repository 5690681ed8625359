using Npgsql;
using NpgsqlTypes;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>Walks the leaves with the heads and their checkpoints, and recomputes all of them from the entries' bytes.</summary>
/// <param name="defects">Takes what is found.</param>
/// <param name="key">The log's; null leaves the signatures out.</param>
/// <param name="withClocks">Whether an entry's time is compared with those around it.</param>
internal sealed class VerifyLeaves(LogDefects defects, NoteKey? key, bool withClocks = false)
{
    private const long Step = 20_000;

    private const string SelectHead = """
        select coalesce(greatest((select max(tree_size) from sa.log_head), (select max(tree_size) from sa.log_checkpoint)), 0),
            coalesce((select max(index) + 1 from sa.log_leaf), 0)
        """;

    private const string SelectStart = """
        select h.frontier, l.at_most, e.xid, e.id from sa.log_head h
            join sa.log_leaf l on l.index = h.tree_size - 1 join sa.log_entry e on e.id = l.entry_id
        where h.tree_size = $1
        """;

    private const string SelectLeaves = """
        select l.index, l.leaf_hash, l.type, l.actor, l.at_most,
            e.entry, e.type, e.actor, e.subject, e.request_id, e.mac, e.serial, e.fingerprint, e.at, e.xid, e.id
        from sa.log_leaf l join sa.log_entry e on e.id = l.entry_id
        where l.index >= $1 and l.index < $2
        order by l.index
        """;

    // All that was written up to the last leaf's place has its own place by now, whatever is being written meanwhile.
    private const string CountEntries = """
        select count(*) filter (where (xid, id) <= ($1, $2)), count(*) filter (where (xid, id) > ($1, $2))
        from sa.log_entry where (xid, id) > ($3, $4)
        """;

    private readonly VerifyHeads _heads = new(defects, key, withClocks);
    private readonly List<TreeNode> _completed = [];
    private readonly HashSet<Guid> _requests = [];
    private CompactRange _tree = new();
    private (ulong Xid, long Id) _place;
    private DateTimeOffset _atMost = DateTimeOffset.UnixEpoch;
    private long _end;
    private bool _namesRequests;

    internal long Count => _tree.Size;

    internal byte[] Root => _tree.Root();

    internal long Checkpoints => _heads.Count;

    internal long Signings => _heads.Signings;

    internal long Unplaced { get; private set; }

    /// <summary>The last number of each authority.</summary>
    internal Dictionary<string, long> Issuers { get; private set; } = [];

    /// <summary>Those that the entries say to have certificates intended or issued, since the earlier walk; none in a walk of all leaves.</summary>
    internal IReadOnlySet<Guid> Requests => _requests;

    /// <param name="connection">Nothing else may be under way on it.</param>
    /// <param name="from">Where an earlier walk ended; null begins with the first leaf.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    internal async Task RunAsync(NpgsqlConnection connection, VerifiedUpTo? from, CancellationToken cancellation)
    {
        if (from is not null && !await ResumeAsync(connection, from, cancellation))
            return;

        var (start, first) = (_place, _tree.Size);
        _namesRequests = from is not null;
        await ReadHeadAsync(connection, cancellation);
        if (first > 0)
            await VerifyStartAsync(connection, first, cancellation);
        for (var at = first; at < _end; at += Step)
            await VerifyStepAsync(connection, at, Math.Min(at + Step, _end), cancellation);

        await CountEntriesAsync(connection, start, _tree.Size - first, cancellation);
        await _heads.CountSigningsAsync(connection, first, cancellation);
    }

    private async Task<bool> ResumeAsync(NpgsqlConnection connection, VerifiedUpTo from, CancellationToken cancellation)
    {
        if (from.Size == 0)
            return true;

        await using var command = new NpgsqlCommand(SelectStart, connection);
        command.Parameters.AddValue(from.Size);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        if (await row.ReadAsync(cancellation) && TryRead(from, row.GetFieldValue<byte[]>(0)) is { } tree)
        {
            (_tree, _atMost, _place, Issuers) = (
                tree,
                row.GetFieldValue<DateTimeOffset>(1),
                (row.GetFieldValue<ulong>(2), row.GetInt64(3)),
                new Dictionary<string, long>(from.Issuers)
            );
            return true;
        }

        defects.Require(
            false,
            $"checkpoint {from.Size}",
            "The tree that was found sound before is gone, or another one: verify the whole log."
        );
        return false;
    }

    private static CompactRange? TryRead(VerifiedUpTo from, byte[] frontier)
    {
        try
        {
            var tree = CompactRange.FromBytes(from.Size, frontier);
            return tree.Root().AsSpan().SequenceEqual(from.RootHash) ? tree : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private async Task CountEntriesAsync(
        NpgsqlConnection connection,
        (ulong Xid, long Id) start,
        long walked,
        CancellationToken cancellation
    )
    {
        await using var count = new NpgsqlCommand(CountEntries, connection) { CommandTimeout = 0 };
        foreach (var (xid, id) in ((ulong, long)[])[_place, start])
        {
            count.Parameters.Add(new NpgsqlParameter<ulong> { TypedValue = xid, NpgsqlDbType = NpgsqlDbType.Xid8 });
            count.Parameters.AddValue(id);
        }

        await using var row = await count.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        defects.Require(row.GetInt64(0) == walked, "log", "Entries were passed over when later ones got their places.");
        Unplaced = row.GetInt64(1);
    }

    private async Task ReadHeadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(SelectHead, connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        var (signed, leaves) = (row.GetInt64(0), row.GetInt64(1));
        defects.Require(signed <= leaves, "log", "A checkpoint was signed over more leaves than there are.");
        defects.Require(signed >= leaves, "log", "There are leaves that no checkpoint was signed over.");
        _end = Math.Max(signed, leaves);
    }

    // Where the earlier walk ended its head may have been on its way to the key: by now it has its note.
    private async Task VerifyStartAsync(NpgsqlConnection connection, long size, CancellationToken cancellation)
    {
        foreach (var head in await VerifyHeads.ReadAsync(connection, size - 1, size, cancellation))
            _heads.Verify(head, _tree, _atMost, isLast: head.Size == _end);
    }

    private async Task VerifyStepAsync(NpgsqlConnection connection, long from, long to, CancellationToken cancellation)
    {
        var heads = await VerifyHeads.ReadAsync(connection, from, to, cancellation);
        await using (var command = new NpgsqlCommand(SelectLeaves, connection))
        {
            command.Parameters.AddValue(from);
            command.Parameters.AddValue(to);
            await using var leaves = await command.ExecuteReaderAsync(cancellation);
            while (await leaves.ReadAsync(cancellation))
            {
                VerifyLeaf(leaves);
                while (heads.TryPeek(out var head) && head.Size <= _tree.Size)
                {
                    _heads.Verify(head, _tree, _atMost, isLast: head.Size == _end);
                    heads.Dequeue();
                }
            }
        }

        defects.Require(heads.Count == 0, $"leaf {_tree.Size}", "Leaves below a checkpoint are missing.");
        await VerifyNodes.RunAsync(connection, defects, _completed, from, to, cancellation);
        _completed.Clear();
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
        defects.Require(
            !withClocks || at >= _atMost - QueryLogEntries.Lateness,
            where,
            $"It says to be of {at.UtcDateTime:u}, and one before it is of {_atMost.UtcDateTime:u}: a clock went back, or it was inserted with an old date."
        );
        _atMost = at > _atMost ? at : _atMost;
        defects.Require(
            row.GetString(2) == row.GetString(6) && row.GetString(3) == row.GetString(7) && row.GetFieldValue<DateTimeOffset>(4) == _atMost,
            where,
            "The leaf's columns are not the entry's."
        );
        VerifyColumns(row, bytes, where);
        _tree.Append(leaf, _completed);
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
        if (entry.Type == CertificateIntended.TypeName)
            VerifyNumber(entry, where);
        if (_namesRequests && entry.Type is CertificateIntended.TypeName or CertificateIssued.TypeName && entry.RequestId is { } request)
            _requests.Add(request);
    }

    // Entries from before there were numbers have none; behind the first that has one, all have.
    private void VerifyNumber(StoredEntry entry, string where)
    {
        var authority = entry.Details.GetValueOrDefault("authority") ?? "";
        var last = Issuers.GetValueOrDefault(authority);
        defects.Require(
            entry.IssuerSequence is { } number ? number == last + 1 : last == 0,
            where,
            $"It is certificate number {entry.IssuerSequence?.ToString() ?? "none"} of {authority}, where number {last + 1} should follow."
        );
        Issuers[authority] = entry.IssuerSequence ?? last;
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}

/// <summary>Where a walk along the leaves ended, everything up to there being sound.</summary>
/// <param name="Size">In leaves; a head's.</param>
/// <param name="Issuers">The last number of each authority.</param>
internal sealed record VerifiedUpTo(long Size, byte[] RootHash, IReadOnlyDictionary<string, long> Issuers);
