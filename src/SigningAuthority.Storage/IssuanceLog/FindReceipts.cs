using Npgsql;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.IssuanceLog.Proofs;
using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>
/// Makes receipts: the proof that a certificate's entry stands in the log, with the first signed checkpoint that covers it. A receipt is
/// thus the same octets whenever it is asked for, and a file that holds one has not changed by being made again. Thread-safe.
/// </summary>
/// <param name="auditor">As role sa_auditor.</param>
public sealed class FindReceipts(NpgsqlDataSource auditor)
{
    private const string Select = $"""
        select e.entry, l.index, c.tree_size, c.note
        from sa.log_entry e
            join sa.log_leaf l on l.entry_id = e.id
            cross join lateral (select tree_size, note from sa.log_checkpoint where tree_size > l.index order by tree_size limit 1) c
        where e.fingerprint = $1 and e.type = '{CertificateIssued.TypeName}' and e.written_by = 'sa_signer'
        order by l.index limit 1
        """;

    private readonly ReadTiles _tiles = new(auditor);

    /// <param name="certificateSha256">Over the certificate's DER.</param>
    /// <param name="cancellation">Abandons it.</param>
    /// <returns>Null until the entry is sealed, which takes about a second from the certificate's commit; null for ever where there is none.</returns>
    public async Task<Receipt?> FindAsync(byte[] certificateSha256, CancellationToken cancellation = default)
    {
        if (await ReadAsync(certificateSha256, cancellation) is not { } found)
            return null;

        try
        {
            var proof = await new TiledTree(found.Size, _tiles.RequireAsync).ProveInclusionAsync(found.Index, cancellation);
            return new Receipt(found.Entry, proof, SignedNote.Parse(found.Note));
        }
        catch (TileMissingException)
        {
            // A log from before there were inner hashes: the sequencer's first step makes them.
            return null;
        }
    }

    private async Task<(byte[] Entry, long Index, long Size, string Note)?> ReadAsync(byte[] fingerprint, CancellationToken cancellation)
    {
        await using var command = auditor.CreateCommand(Select);
        command.Parameters.AddValue(fingerprint);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation)
            ? (row.GetFieldValue<byte[]>(0), row.GetInt64(1), row.GetInt64(2), row.GetString(3))
            : null;
    }
}
