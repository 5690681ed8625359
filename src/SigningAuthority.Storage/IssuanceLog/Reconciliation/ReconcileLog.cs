using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Storage.IssuanceLog.Reconciliation;

/// <summary>
/// Compares what was intended, signed, recorded and logged: intents with certificates, failures and what is under way; certificates with
/// their entries, both ways; heads with checkpoints and with how often the key was asked; each authority's numbers, that none is
/// missing. All of it, or what came since the last time that all was sound. Works beside a running authority, see <see cref="VerifyStoredLog"/>.
/// </summary>
/// <param name="dataSource">As role sa_signer or sa_operator.</param>
/// <param name="time">For the entry that tells of it.</param>
public sealed class ReconcileLog(NpgsqlDataSource dataSource, TimeProvider time)
{
    private const string SelectLast = """
        select to_size, root_hash, issuers::text, started_at from sa.log_reconciliation where is_sound order by id desc limit 1
        """;

    // Another row's entry would be a later one: both are written together.
    private const string Insert = """
        insert into sa.log_reconciliation (started_at, is_whole, from_size, to_size, root_hash, issuers, intents, certificates, failed, under_way, signings, differences)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        """;

    private const string SelectDrawn = "select authority, last from sa.issuer_sequence";

    // Requests are submitted some time before they are intended; those that wait longer are found by their entries.
    private static readonly TimeSpan LongestWay = TimeSpan.FromHours(1);

    /// <param name="key">The log's public key; null leaves the signatures out.</param>
    /// <param name="whole">From the first entry, not from where everything was sound last.</param>
    /// <param name="actor">For the entry.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async Task<ReconciliationResult> RunAsync(NoteKey? key, bool whole, string actor, CancellationToken cancellation = default)
    {
        var startedAt = time.GetUtcNow();
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        // For this session only: counting a long log takes longer than an auditor's question may (roles.sql).
        await using (var unlimited = new NpgsqlCommand("set statement_timeout = 0", connection))
            await unlimited.ExecuteNonQueryAsync(cancellation);

        var last = whole ? null : await ReadLastAsync(connection, cancellation);
        var defects = new LogDefects();
        var leaves = new VerifyLeaves(defects, key, withClocks: true);
        await leaves.RunAsync(connection, last?.UpTo, cancellation);
        await RequireDrawnAsync(connection, leaves.Issuers, defects, cancellation);

        var certificates = new VerifyCertificates(defects);
        var since = last is null ? Guid.Empty : FirstIdOf(last.StartedAt - LongestWay);
        await certificates.RunAsync(connection, leaves.Requests.Where(id => id.CompareTo(since) <= 0), cancellation);
        await certificates.RunAsync(connection, since, cancellation);

        var result = new ReconciliationResult(
            last is null,
            last?.UpTo.Size ?? 0,
            Math.Max(last?.UpTo.Size ?? 0, leaves.Count),
            certificates.Intents,
            certificates.Certificates,
            certificates.Failed,
            certificates.UnderWay,
            leaves.Signings,
            defects.Found
        );
        await RecordAsync(connection, result, startedAt, leaves, actor, cancellation);
        return result;
    }

    private static async Task<LastSound?> ReadLastAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(SelectLast, connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation)
            ? new LastSound(
                new VerifiedUpTo(
                    row.GetInt64(0),
                    row.GetFieldValue<byte[]>(1),
                    JsonSerializer.Deserialize<Dictionary<string, long>>(row.GetString(2))!
                ),
                row.GetFieldValue<DateTimeOffset>(3)
            )
            : null;
    }

    // The table may be ahead: of entries that are not sealed yet. Behind, it would give numbers a second time.
    private static async Task RequireDrawnAsync(
        NpgsqlConnection connection,
        Dictionary<string, long> logged,
        LogDefects defects,
        CancellationToken cancellation
    )
    {
        var drawn = new Dictionary<string, long>();
        await using var command = new NpgsqlCommand(SelectDrawn, connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            drawn.Add(row.GetString(0), row.GetInt64(1));
        foreach (var (authority, number) in logged)
        {
            var last = drawn.GetValueOrDefault(authority);
            defects.Require(
                last >= number,
                $"authority {authority}",
                $"Its number {number} stands in the log, and {last} is the last that was drawn."
            );
        }
    }

    // RFC 9562 §5.7: a version 7 id begins with its milliseconds.
    private static Guid FirstIdOf(DateTimeOffset time)
    {
        var milliseconds = Math.Max(0, time.ToUnixTimeMilliseconds());
        return new Guid($"{milliseconds:x12}{0:x20}");
    }

    private async Task RecordAsync(
        NpgsqlConnection connection,
        ReconciliationResult result,
        DateTimeOffset startedAt,
        VerifyLeaves leaves,
        string actor,
        CancellationToken cancellation
    )
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var insert = new NpgsqlCommand(Insert, connection);
        insert.Parameters.AddValue(startedAt.UtcDateTime);
        insert.Parameters.AddValue(result.IsWhole);
        insert.Parameters.AddValue(result.From);
        insert.Parameters.AddValue(result.To);
        insert.Parameters.AddValue(leaves.Root);
        insert.Parameters.Add(Json(leaves.Issuers));
        foreach (var count in (long[])[result.Intents, result.Certificates, result.Failed, result.UnderWay, result.Signings])
            insert.Parameters.AddValue(count);
        insert.Parameters.Add(Json(result.Differences.Select(defect => new { where = defect.Where, message = defect.Message })));
        await insert.ExecuteNonQueryAsync(cancellation);
        await AppendLogEntries.AddAsync(connection, [result.ToEntry(time.GetUtcNow(), actor)], cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private static NpgsqlParameter<string> Json<T>(T value) =>
        new() { TypedValue = JsonSerializer.Serialize(value), NpgsqlDbType = NpgsqlDbType.Jsonb };

    private sealed record LastSound(VerifiedUpTo UpTo, DateTimeOffset StartedAt);
}
