using System.Buffers;
using System.Data;
using System.Runtime.CompilerServices;
using Npgsql;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.RevocationLists;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Storage.RevocationLists;

/// <summary>What is written down of a list before it is signed.</summary>
/// <param name="Shard">0 but for a <see cref="RevocationListKind.Shard"/>.</param>
/// <param name="ToBeSignedSha256">Over all of the bytes.</param>
public sealed record IntendedRevocationList(
    RevocationListKind Kind,
    int Shard,
    RevocationListPlan Plan,
    long Entries,
    byte[] ToBeSignedSha256,
    long ToBeSignedOctets
);

/// <summary>
/// One moment of the database, from which the lists of one authority are read and into whose transaction they are written: a complete
/// list and a delta of the same moment say the same. Nothing is kept unless it is committed.
/// </summary>
public sealed class RevocationListMoment : IAsyncDisposable
{
    /// <summary>Octets of a list in one row.</summary>
    public const int ChunkSize = 1 << 20;

    private const string SelectSnapshot = "select pg_current_snapshot()::text";

    private const string SelectNow = "select clock_timestamp()";

    // What was read from another cluster before a restore says nothing of this one's transactions: as if it weren't there.
    private const string SelectPrevious = """
        select c.number, c.this_update, c.snapshot::text
        from (select * from sa.crl where authority = $1 and shard = $2 and kind = $3 order by number desc limit 1) c
        where sa.is_of_this_cluster(c.snapshot)
        """;

    private const string SelectNewest =
        "select number, this_update from sa.crl where authority = $1 and shard = $2 order by number desc limit 1";

    // RFC 5280 §3.3: an entry stays until it has been on one regular list beyond the certificate's validity. It has, when the list before
    // this one was of a time beyond it, and that has come, and knew of the revocation.
    private const string StillListed = """
        r.reason <> 8 and ($2::timestamptz is null or r.not_after >= least($2, now()) or not sa.is_in_crl(r.xid, $3::pg_snapshot))
        """;

    private const string SelectComplete = $"""
        select r.serial_number, r.revoked_at, r.reason from sa.revoked r where r.authority = $1 and {StillListed} order by r.serial_number
        """;

    private const string SelectShard = $"""
        select r.serial_number, r.revoked_at, r.reason from sa.revoked r
        where r.authority = $1 and r.crl_shard = $4 and r.crl_shard > 0 and {StillListed} order by r.serial_number
        """;

    // RFC 5280 §5.2.4: removeFromCRL (8) is for each hold that ended after the base, also one that began after it: an earlier delta may have
    // told of that.
    private const string SelectDelta = """
        select r.serial_number, r.revoked_at, r.reason from sa.revoked r
        where r.authority = $1 and r.xid >= pg_snapshot_xmin($2::pg_snapshot) and r.xid < pg_snapshot_xmax(pg_current_snapshot())
            and not pg_visible_in_snapshot(r.xid, $2::pg_snapshot)
            and (r.reason <> 8 or exists (
                select from sa.ended_hold h where h.authority = r.authority and h.serial_number = r.serial_number
                    and not sa.is_in_crl(h.ended_xid, $2::pg_snapshot)))
        order by r.serial_number
        """;

    private const string Insert = """
        insert into sa.crl
            (authority, kind, shard, number, base_number, this_update, next_update, entries, to_be_signed_sha256, to_be_signed_octets, snapshot)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::pg_snapshot) returning id
        """;

    private const string InsertChunk = "insert into sa.crl_chunk (crl_id, ordinal, octets) values ($1, $2, $3)";

    // A million rows take longer than what is otherwise called stuck.
    private const int PatienceSeconds = 600;

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly string _authority;
    private readonly string _snapshot;

    private RevocationListMoment(NpgsqlConnection connection, NpgsqlTransaction transaction, string authority, string snapshot)
    {
        _connection = connection;
        _transaction = transaction;
        _authority = authority;
        _snapshot = snapshot;
    }

    internal static async Task<RevocationListMoment> BeginAsync(
        NpgsqlConnection connection,
        string authority,
        CancellationToken cancellation
    )
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        await using var command = new NpgsqlCommand(SelectSnapshot, connection);
        return new RevocationListMoment(connection, transaction, authority, (string)(await command.ExecuteScalarAsync(cancellation))!);
    }

    /// <summary>By the database's clock.</summary>
    public async Task<DateTimeOffset> NowAsync(CancellationToken cancellation = default)
    {
        await using var command = new NpgsqlCommand(SelectNow, _connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return row.GetFieldValue<DateTimeOffset>(0);
    }

    /// <summary>The newest list of a part, of whatever kind; 0 and the beginning of time before the first.</summary>
    public async Task<(long Number, DateTimeOffset ThisUpdate)> FindNewestAsync(int shard, CancellationToken cancellation = default)
    {
        await using var command = Command(SelectNewest);
        command.Parameters.AddValue(shard);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? (row.GetInt64(0), row.GetFieldValue<DateTimeOffset>(1)) : (0, DateTimeOffset.MinValue);
    }

    /// <summary>The newest list of a kind; null before the first in this cluster of Postgres.</summary>
    public async Task<PreviousList?> FindPreviousAsync(RevocationListKind kind, int shard, CancellationToken cancellation = default)
    {
        await using var command = Command(SelectPrevious);
        command.Parameters.AddValue(shard);
        command.Parameters.AddValue(kind.ToString());
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation)
            ? new PreviousList(row.GetInt64(0), row.GetFieldValue<DateTimeOffset>(1), row.GetString(2))
            : null;
    }

    /// <summary>All that is revoked, by serial number.</summary>
    /// <param name="previous">The complete list before; null for none.</param>
    /// <param name="cancellation">Abandons the reading.</param>
    public IAsyncEnumerable<RevokedRow> ReadCompleteAsync(PreviousList? previous, CancellationToken cancellation = default) =>
        ReadAsync(WithPrevious(SelectComplete, previous), cancellation);

    /// <summary>All of one part that is revoked, by serial number.</summary>
    /// <param name="shard">From 1.</param>
    /// <param name="previous">The part's list before; null for none.</param>
    /// <param name="cancellation">Abandons the reading.</param>
    public IAsyncEnumerable<RevokedRow> ReadShardAsync(int shard, PreviousList? previous, CancellationToken cancellation = default)
    {
        var command = WithPrevious(SelectShard, previous);
        command.Parameters.AddValue(shard);
        return ReadAsync(command, cancellation);
    }

    /// <summary>What has changed since a complete list, by serial number.</summary>
    public IAsyncEnumerable<RevokedRow> ReadDeltaAsync(PreviousList since, CancellationToken cancellation = default)
    {
        var command = Command(SelectDelta);
        command.Parameters.AddValue(since.Snapshot);
        return ReadAsync(command, cancellation);
    }

    /// <param name="list">As the log says it.</param>
    /// <param name="toBeSigned">From here to its end: exactly the bytes that are to be signed.</param>
    /// <param name="entry">Its entry.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async Task WriteAsync(
        IntendedRevocationList list,
        Stream toBeSigned,
        RevocationListIntended entry,
        CancellationToken cancellation = default
    )
    {
        await using var command = Command(Insert);
        command.Parameters.AddValue(list.Kind.ToString());
        command.Parameters.AddValue(list.Shard);
        command.Parameters.AddValue(list.Plan.Number);
        command.Parameters.AddValue(list.Plan.BaseNumber);
        command.Parameters.AddValue(list.Plan.ThisUpdate.UtcDateTime);
        command.Parameters.AddValue(list.Plan.NextUpdate.UtcDateTime);
        command.Parameters.AddValue(list.Entries);
        command.Parameters.AddValue(list.ToBeSignedSha256);
        command.Parameters.AddValue(list.ToBeSignedOctets);
        command.Parameters.AddValue(_snapshot);
        var id = (long)(await command.ExecuteScalarAsync(cancellation))!;
        await WriteChunksAsync(id, toBeSigned, cancellation);
        await AppendLogEntries.AddAsync(_connection, [entry], cancellation);
    }

    /// <summary>Makes what was written durable: from here on each of these lists is going to be signed as it stands.</summary>
    public Task CommitAsync() => _transaction.CommitAsync(CancellationToken.None);

    public ValueTask DisposeAsync() => _transaction.DisposeAsync();

    private async Task WriteChunksAsync(long id, Stream toBeSigned, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            for (var ordinal = 0; ; ordinal++)
            {
                var read = await toBeSigned.ReadAtLeastAsync(
                    buffer.AsMemory(0, ChunkSize),
                    ChunkSize,
                    throwOnEndOfStream: false,
                    cancellation
                );
                if (read == 0)
                    return;
                await using var command = new NpgsqlCommand(InsertChunk, _connection);
                command.Parameters.AddValue(id);
                command.Parameters.AddValue(ordinal);
                command.Parameters.AddValue<ReadOnlyMemory<byte>>(buffer.AsMemory(0, read));
                await command.ExecuteNonQueryAsync(cancellation);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async IAsyncEnumerable<RevokedRow> ReadAsync(NpgsqlCommand command, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using (command)
        {
            await using var row = await command.ExecuteReaderAsync(cancellation);
            while (await row.ReadAsync(cancellation))
                yield return new RevokedRow(
                    row.GetFieldValue<byte[]>(0),
                    row.GetFieldValue<DateTimeOffset>(1),
                    (RevocationReason)row.GetInt16(2)
                );
        }
    }

    private NpgsqlCommand WithPrevious(string sql, PreviousList? previous)
    {
        var command = Command(sql);
        command.Parameters.AddValue(previous?.ThisUpdate.UtcDateTime);
        command.Parameters.AddValue(previous?.Snapshot);
        return command;
    }

    private NpgsqlCommand Command(string sql)
    {
        var command = new NpgsqlCommand(sql, _connection) { CommandTimeout = PatienceSeconds };
        command.Parameters.AddValue(_authority);
        return command;
    }
}

/// <summary>What a list says of one certificate.</summary>
/// <param name="SerialNumber">Big-endian magnitude.</param>
/// <param name="RevokedAt">Whole seconds.</param>
public readonly record struct RevokedRow(byte[] SerialNumber, DateTimeOffset RevokedAt, RevocationReason Reason);

/// <summary>A list that was made before.</summary>
/// <param name="Number">The cRLNumber.</param>
/// <param name="Snapshot">What it was read from.</param>
public sealed record PreviousList(long Number, DateTimeOffset ThisUpdate, string Snapshot);
