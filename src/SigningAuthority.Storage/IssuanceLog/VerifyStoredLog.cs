using System.Data;
using Npgsql;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>
/// Reads everything once and recomputes it: each leaf from its entry's bytes, each checkpoint's root from the leaves, each searchable
/// column from the entry; and that each intent and each certificate has exactly its one entry, and the other way round.
/// Works on one snapshot, beside a running authority, in constant memory. As role sa_auditor (sa_operator and sa_signer will do).
/// </summary>
public sealed class VerifyStoredLog(NpgsqlDataSource dataSource)
{
    /// <param name="key">The log's public key, to verify the checkpoints' signatures with; null leaves those out.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async Task<LogVerification> RunAsync(NoteKey? key = null, CancellationToken cancellation = default)
    {
        var defects = new LogDefects();
        await using var first = await dataSource.OpenConnectionAsync(cancellation);
        await using var firstTransaction = await first.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var snapshot = await ScalarAsync<string>(first, "set local statement_timeout = 0; select pg_export_snapshot()", cancellation);
        await using var second = await dataSource.OpenConnectionAsync(cancellation);
        await using var secondTransaction = await second.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        await ScalarAsync<string?>(second, $"set transaction snapshot '{snapshot}'; set local statement_timeout = 0", cancellation);

        var (leaves, checkpoints) = await new VerifyLeaves(defects, key).RunAsync(first, second, cancellation);
        var certificates = await new VerifyCertificates(defects).RunAsync(first, second, cancellation);
        var unplaced = await ScalarAsync<long>(first, "select (select count(*) from sa.log_entry) - (select count(*) from sa.log_leaf)", cancellation);
        await RequireStatesAsync(first, defects, cancellation);
        return new LogVerification(leaves, unplaced, checkpoints, certificates, defects.Found);
    }

    private static async Task RequireStatesAsync(NpgsqlConnection connection, LogDefects defects, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            select r.id from sa.signing_request r where r.state = 'Issued' and exists (
                select from unnest(r.authorities) as wanted(authority)
                where not exists (select from sa.certificate c where c.request_id = r.id and c.authority = wanted.authority))
            """, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            defects.Require(false, $"request {reader.GetGuid(0)}", "It counts as issued and lacks a certificate.");
    }

    private static async Task<T> ScalarAsync<T>(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
