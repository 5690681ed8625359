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

    private const string Between = "request_id > $1 and request_id <= $2";
    private const string Named = "request_id = any($1)";

    private static string SelectIntents(string which) =>
        $"""
            select i.request_id, i.authority, i.serial_number, i.to_be_signed, c.serial_number, c.der, c.sha256
            from (select * from sa.intent where {which}) i left join sa.certificate c on c.request_id = i.request_id and c.authority = i.authority
            """;

    private static string SelectEntries(string which) =>
        $"""
            select request_id, entry from sa.log_entry
            where {which} and type in ('{CertificateIntended.TypeName}', '{CertificateIssued.TypeName}')
            """;

    // What became of the intents that no certificate came of: the request's state, and whether an entry says that it failed.
    private static string SelectUnfinished(string which) =>
        $"""
            select i.request_id, i.authority, r.state,
                exists (select from sa.log_entry e where e.request_id = i.request_id and e.type = '{RequestFailed.TypeName}')
            from (select * from sa.intent where {which}) i left join sa.signing_request r on r.id = i.request_id
            where not exists (select from sa.certificate c where c.request_id = i.request_id and c.authority = i.authority)
            """;

    private static string SelectLacking(string which) =>
        $"""
            select r.id from (select *, id as request_id from sa.signing_request) r where {which} and r.state = 'Issued' and exists (
                select from unnest(r.authorities) as wanted(authority)
                where not exists (select from sa.certificate c where c.request_id = r.id and c.authority = wanted.authority))
            """;

    private static string SelectUnintended(string which) =>
        $"""
            select c.request_id, c.authority from (select * from sa.certificate where {which}) c
            where not exists (select from sa.intent i where i.request_id = c.request_id and i.authority = c.authority)
            """;

    internal long Intents { get; private set; }

    internal long Certificates { get; private set; }

    /// <summary>Intents whose request failed, and an entry says so.</summary>
    internal long Failed { get; private set; }

    /// <summary>Intents whose request a Signer has, or may have next.</summary>
    internal long UnderWay { get; private set; }

    /// <summary>All requests whose id is greater. Ids grow with time, so that a step's rows lie together; the steps together cover every id there can be.</summary>
    internal async Task RunAsync(NpgsqlConnection connection, Guid from, CancellationToken cancellation)
    {
        do
        {
            var ends = await ReadAsync(connection, SelectEnd, row => row.GetGuid(0), cancellation, from, Step);
            var to = ends.Count > 0 ? ends[0] : Guid.AllBitsSet;
            await VerifyAsync(connection, Between, cancellation, from, to);
            from = to;
        } while (from != Guid.AllBitsSet);
    }

    /// <summary>These alone.</summary>
    internal async Task RunAsync(NpgsqlConnection connection, IEnumerable<Guid> requests, CancellationToken cancellation)
    {
        foreach (var some in requests.Chunk(Step))
            await VerifyAsync(connection, Named, cancellation, some);
    }

    private async Task VerifyAsync(NpgsqlConnection connection, string which, CancellationToken cancellation, params object[] values)
    {
        // An act and its entry are committed together: one snapshot shows both or neither.
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var signed = (await ReadAsync(connection, SelectIntents(which), ReadSigned, cancellation, values)).ToLookup(row => row.Request);
        var entries = (await ReadAsync(connection, SelectEntries(which), ReadEntry, cancellation, values)).ToLookup(
            row => row.Request,
            row => row.Entry
        );
        foreach (var request in signed.Select(group => group.Key).Union(entries.Select(group => group.Key)))
            Verify(request, [.. signed[request]], [.. entries[request].OfType<StoredEntry>()]);

        foreach (var unfinished in await ReadAsync(connection, SelectUnfinished(which), ReadUnfinished, cancellation, values))
            Verify(unfinished);
        foreach (var request in await ReadAsync(connection, SelectLacking(which), row => row.GetGuid(0), cancellation, values))
            defects.Require(false, $"request {request}", "It counts as issued and lacks a certificate.");
        foreach (var (request, authority) in await ReadAsync(connection, SelectUnintended(which), ReadNames, cancellation, values))
            defects.Require(false, $"request {request} authority {authority}", "There is a certificate that was never intended.");
    }

    private static async Task<List<TRow>> ReadAsync<TRow>(
        NpgsqlConnection connection,
        string sql,
        Func<NpgsqlDataReader, TRow> read,
        CancellationToken cancellation,
        params object[] values
    )
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.AddWithValue(value);
        var rows = new List<TRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            rows.Add(read(reader));
        return rows;
    }

    private void Verify(Unfinished intent)
    {
        var where = $"request {intent.Request} authority {intent.Authority}";
        switch (intent.State)
        {
            case "Queued" or "Signing":
                UnderWay++;
                break;
            case "Failed":
                Failed++;
                defects.Require(intent.SaidToHaveFailed, where, "The request failed, and no entry says so.");
                break;
            case "Issued":
                // It is told once more below, with what the request lacks.
                break;
            default:
                defects.Require(
                    false,
                    where,
                    $"It was intended, and the request is {intent.State ?? "gone"}: neither a certificate nor a failure."
                );
                break;
        }
    }

    private void Verify(Guid request, List<Signed> signed, List<StoredEntry> entries)
    {
        foreach (var row in signed)
        {
            Intents++;
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

            Certificates++;
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

    private static (Guid Request, string Authority) ReadNames(NpgsqlDataReader row) => (row.GetGuid(0), row.GetString(1));

    private static Unfinished ReadUnfinished(NpgsqlDataReader row) =>
        new(row.GetGuid(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetBoolean(3));

    private sealed record Unfinished(Guid Request, string Authority, string? State, bool SaidToHaveFailed);

    private sealed record Signed(
        Guid Request,
        string Authority,
        string SerialNumber,
        byte[] ToBeSigned,
        byte[]? Certificate,
        bool CertificateMatches
    );
}
