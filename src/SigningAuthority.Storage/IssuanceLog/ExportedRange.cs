using System.Runtime.CompilerServices;
using Npgsql;

namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>An entry as it is exported: its place and its octets, and its type as a copy for convenience.</summary>
public sealed record ExportedEntry(long Index, string Type, byte[] Entry);

/// <summary>
/// Reads ranges of the log for export: by a checkpoint that was published, so that a range stays what it is. In steps, however long the
/// range: memory stays constant and no statement takes long. As role sa_auditor. Thread-safe.
/// </summary>
public sealed class ExportedRange(NpgsqlDataSource dataSource)
{
    private const int Step = 1000;

    /// <summary>The published checkpoint of this size, or the newest; null where there is none.</summary>
    public async Task<StoredCheckpoint?> FindCheckpointAsync(long? treeSize, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(
            """
            select tree_size, root_hash, note, signed_at from sa.log_checkpoint
            where $1::bigint is null or tree_size = $1 order by tree_size desc limit 1
            """
        );
        command.Parameters.AddValue(treeSize);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation)
            ? new StoredCheckpoint(row.GetInt64(0), row.GetFieldValue<byte[]>(1), row.GetString(2), row.GetFieldValue<DateTimeOffset>(3))
            : null;
    }

    /// <summary>The first leaf that an entry of this time, or of any later one, may have; null if the log does not reach so far.</summary>
    /// <param name="at">Add <see cref="QueryLogEntries.Lateness"/> to it for the end of a range that is to miss nothing from before.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async Task<long?> FindIndexAsync(DateTimeOffset at, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(
            "select index from sa.log_leaf where at_most >= $1 order by at_most, index limit 1"
        );
        command.Parameters.AddValue(at.UtcDateTime);
        return (long?)await command.ExecuteScalarAsync(cancellation);
    }

    /// <summary>The entries in their order.</summary>
    /// <param name="from">The first leaf.</param>
    /// <param name="to">Behind the last leaf.</param>
    /// <param name="type">Only this kind, or all.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async IAsyncEnumerable<ExportedEntry> ReadAsync(
        long from,
        long to,
        string? type = null,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        for (var (next, full) = (from, true); full; )
        {
            var step = await StepAsync(next, to, type, cancellation);
            foreach (var entry in step)
                yield return entry;
            full = step.Count == Step;
            next = full ? step[^1].Index + 1 : to;
        }
    }

    private async Task<List<ExportedEntry>> StepAsync(long from, long to, string? type, CancellationToken cancellation)
    {
        await using var command = dataSource.CreateCommand(
            $"""
            select l.index, l.type, e.entry from sa.log_leaf l join sa.log_entry e on e.id = l.entry_id
            where l.index >= $1 and l.index < $2 {(type is null ? "" : "and l.type = $4")} order by l.index limit $3
            """
        );
        command.Parameters.AddValue(from);
        command.Parameters.AddValue(to);
        command.Parameters.AddValue(Step);
        if (type is not null)
            command.Parameters.AddValue(type);
        var step = new List<ExportedEntry>(Step);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            step.Add(new ExportedEntry(row.GetInt64(0), row.GetString(1), row.GetFieldValue<byte[]>(2)));
        return step;
    }
}
