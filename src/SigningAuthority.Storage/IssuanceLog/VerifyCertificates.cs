using System.Data;
using System.Formats.Asn1;
using System.Security.Cryptography;
using Npgsql;
using SigningAuthority.IssuanceLog.Entries;

namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>
/// Compares intents, certificates and their entries, request by request: each intent has exactly one entry that says so, each
/// certificate holds the intended bytes and has exactly one entry, no such entry stands alone, and what counts as issued is.
/// </summary>
internal sealed class VerifyCertificates(LogDefects defects)
{
    private const int Step = 5_000;

    private const string SelectEnd = "select request_id from sa.intent where request_id > $1 order by request_id offset $2 limit 1";

    private const string SelectIntents = """
        select i.request_id, i.authority, i.serial_number, i.to_be_signed, c.serial_number, c.der, c.sha256
        from sa.intent i left join sa.certificate c on c.request_id = i.request_id and c.authority = i.authority
        where i.request_id > $1 and i.request_id <= $2
        """;

    private const string SelectEntries = $"""
        select request_id, entry from sa.log_entry
        where request_id > $1 and request_id <= $2 and type in ('{CertificateIntended.TypeName}', '{CertificateIssued.TypeName}')
        """;

    private const string SelectLacking = """
        select r.id from sa.signing_request r where r.id > $1 and r.id <= $2 and r.state = 'Issued' and exists (
            select from unnest(r.authorities) as wanted(authority)
            where not exists (select from sa.certificate c where c.request_id = r.id and c.authority = wanted.authority))
        """;

    private long _certificates;

    /// <returns>How many certificates there are.</returns>
    internal async Task<long> RunAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        // Ids grow with time, so that a step's rows lie together; the steps together cover every id there can be.
        var from = Guid.Empty;
        do
        {
            // An act and its entry are committed together: one snapshot shows both or neither.
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
            var ends = await ReadAsync(connection, SelectEnd, from, Step, row => row.GetGuid(0), cancellation);
            var to = ends.Count > 0 ? ends[0] : Guid.AllBitsSet;
            var signed = (await ReadAsync(connection, SelectIntents, from, to, ReadSigned, cancellation)).ToLookup(row => row.Request);
            var entries = (await ReadAsync(connection, SelectEntries, from, to, ReadEntry, cancellation)).ToLookup(
                row => row.Request,
                row => row.Entry
            );
            foreach (var request in signed.Select(group => group.Key).Union(entries.Select(group => group.Key)))
                Verify(request, [.. signed[request]], [.. entries[request].OfType<StoredEntry>()]);

            foreach (var request in await ReadAsync(connection, SelectLacking, from, to, row => row.GetGuid(0), cancellation))
                defects.Require(false, $"request {request}", "It counts as issued and lacks a certificate.");
            from = to;
        } while (from != Guid.AllBitsSet);

        return _certificates;
    }

    private static async Task<List<TRow>> ReadAsync<TEnd, TRow>(
        NpgsqlConnection connection,
        string sql,
        Guid from,
        TEnd to,
        Func<NpgsqlDataReader, TRow> read,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddValue(from);
        command.Parameters.AddValue(to);
        var rows = new List<TRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            rows.Add(read(reader));
        return rows;
    }

    private void Verify(Guid request, List<Signed> signed, List<StoredEntry> entries)
    {
        foreach (var row in signed)
        {
            var where = $"request {request} authority {row.Authority}";
            var digest = Convert.ToHexStringLower(SHA256.HashData(row.ToBeSigned));
            var own = entries.FindAll(e =>
                e.Details.GetValueOrDefault("authority") == row.Authority
                && e.Details.GetValueOrDefault("serialNumber") == row.SerialNumber
                && e.Details.GetValueOrDefault("toBeSignedSha256") == digest
            );
            defects.Require(
                own.Count(e => e.Type == CertificateIntended.TypeName) == 1,
                where,
                "The intent does not have exactly one entry."
            );

            var issued = own.FindAll(e => e.Type == CertificateIssued.TypeName);
            if (row.Certificate is null)
                continue;

            _certificates++;
            defects.Require(row.CertificateMatches, where, "The certificate is not the intended one.");
            defects.Require(
                issued is [{ Fingerprint: { } fingerprint }] && fingerprint == Convert.ToHexStringLower(SHA256.HashData(row.Certificate)),
                where,
                "The certificate does not have exactly one entry with its fingerprint."
            );
        }

        var acts = signed.Count + signed.Count(row => row.Certificate is not null);
        defects.Require(entries.Count == acts, $"request {request}", $"{entries.Count} entries tell of {acts} acts.");
    }

    // The walk along the leaves tells of entries that can't be read; here they are as good as missing.
    private static (Guid Request, StoredEntry? Entry) ReadEntry(NpgsqlDataReader row)
    {
        try
        {
            return (row.GetGuid(0), StoredEntry.Read(row.GetFieldValue<byte[]>(1)));
        }
        catch (FormatException)
        {
            return (row.GetGuid(0), null);
        }
    }

    private static Signed ReadSigned(NpgsqlDataReader row)
    {
        var serial = row.GetFieldValue<byte[]>(2);
        var toBeSigned = row.GetFieldValue<byte[]>(3);
        if (row.IsDBNull(5))
            return new Signed(row.GetGuid(0), row.GetString(1), Convert.ToHexString(serial), toBeSigned, null, false);

        var der = row.GetFieldValue<byte[]>(5);
        var matches =
            serial.AsSpan().SequenceEqual(row.GetFieldValue<byte[]>(4))
            && SHA256.HashData(der).AsSpan().SequenceEqual(row.GetFieldValue<byte[]>(6))
            && Holds(der, toBeSigned);
        return new Signed(row.GetGuid(0), row.GetString(1), Convert.ToHexString(serial), toBeSigned, der, matches);
    }

    // RFC 5280 §4.1: the to-be-signed bytes are the first element of the certificate.
    private static bool Holds(byte[] certificate, byte[] toBeSigned)
    {
        try
        {
            return new AsnReader(certificate, AsnEncodingRules.DER).ReadSequence().PeekEncodedValue().Span.SequenceEqual(toBeSigned);
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private sealed record Signed(
        Guid Request,
        string Authority,
        string SerialNumber,
        byte[] ToBeSigned,
        byte[]? Certificate,
        bool CertificateMatches
    );
}
