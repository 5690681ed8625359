using Npgsql;

namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>A signed head of the log.</summary>
/// <param name="Note">The signed note, as it is published.</param>
public sealed record StoredCheckpoint(long TreeSize, byte[] RootHash, string Note, DateTimeOffset SignedAt);

/// <summary>Reads the log's signed heads. Thread-safe.</summary>
public sealed class Checkpoints(NpgsqlDataSource dataSource)
{
    /// <summary>The newest; null while the log is empty.</summary>
    public async Task<StoredCheckpoint?> LatestAsync(CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(
            "select tree_size, root_hash, note, signed_at from sa.log_checkpoint order by tree_size desc limit 1"
        );
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation)
            ? new StoredCheckpoint(row.GetInt64(0), row.GetFieldValue<byte[]>(1), row.GetString(2), row.GetFieldValue<DateTimeOffset>(3))
            : null;
    }
}
