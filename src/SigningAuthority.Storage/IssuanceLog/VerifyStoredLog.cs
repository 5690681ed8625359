using Npgsql;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>
/// Reads everything once and recomputes it: each leaf from its entry's bytes, each checkpoint's root from the leaves, each searchable
/// column from the entry; and that each intent and each certificate has exactly its one entry, and the other way round.
/// Works beside a running authority, in constant memory and in short steps: a snapshot held for minutes would keep the queue's
/// dead rows alive and slow every claim. As role sa_auditor (sa_operator and sa_signer will do).
/// </summary>
public sealed class VerifyStoredLog(NpgsqlDataSource dataSource)
{
    /// <param name="key">The log's public key, to verify the checkpoints' signatures with; null leaves those out.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async Task<LogVerification> RunAsync(NoteKey? key = null, CancellationToken cancellation = default)
    {
        var defects = new LogDefects();
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        // For this session only: counting a long log takes longer than an auditor's question may (roles.sql).
        await using (var unlimited = new NpgsqlCommand("set statement_timeout = 0", connection))
            await unlimited.ExecuteNonQueryAsync(cancellation);

        var leaves = new VerifyLeaves(defects, key);
        await leaves.RunAsync(connection, null, cancellation);
        var certificates = new VerifyCertificates(defects);
        await certificates.RunAsync(connection, Guid.Empty, cancellation);
        return new LogVerification(leaves.Count, leaves.Unplaced, leaves.Checkpoints, certificates.Certificates, defects.Found);
    }
}
