using System.Formats.Asn1;
using System.Security.Cryptography;
using Npgsql;
using SigningAuthority.IssuanceLog.Entries;

namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>
/// Walks intents, certificates and their entries side by side, request by request: each intent has exactly one entry that says
/// so, each certificate holds the intended bytes and has exactly one entry, and no such entry stands alone.
/// </summary>
internal sealed class VerifyCertificates(LogDefects defects)
{
    private const string SelectIntents = """
        select i.request_id, i.authority, i.serial_number, i.to_be_signed, c.serial_number, c.der, c.sha256
        from sa.intent i left join sa.certificate c on c.request_id = i.request_id and c.authority = i.authority
        order by i.request_id
        """;

    private const string SelectEntries = $"""
        select request_id, type, entry from sa.log_entry
        where type in ('{CertificateIntended.TypeName}', '{CertificateIssued.TypeName}')
        order by request_id
        """;

    private long _certificates;

    /// <returns>How many certificates there are.</returns>
    internal async Task<long> RunAsync(NpgsqlConnection first, NpgsqlConnection second, CancellationToken cancellation)
    {
        await using var intentCommand = new NpgsqlCommand(SelectIntents, first);
        await using var entryCommand = new NpgsqlCommand(SelectEntries, second);
        await using var intents = new RowsByRequest<Signed>(await intentCommand.ExecuteReaderAsync(cancellation), ReadSigned);
        await using var entries = new RowsByRequest<StoredEntry?>(await entryCommand.ExecuteReaderAsync(cancellation), ReadEntry);
        await intents.NextAsync(cancellation);
        await entries.NextAsync(cancellation);

        while (!intents.AtEnd || !entries.AtEnd)
        {
            var order = intents.CompareTo(entries);
            Verify(order <= 0 ? intents.Request : entries.Request, order <= 0 ? intents.Rows : [], order >= 0 ? [.. entries.Rows.OfType<StoredEntry>()] : []);
            if (order <= 0)
                await intents.NextAsync(cancellation);
            if (order >= 0)
                await entries.NextAsync(cancellation);
        }

        return _certificates;
    }

    private void Verify(Guid request, List<Signed> signed, List<StoredEntry> entries)
    {
        foreach (var row in signed)
        {
            var where = $"request {request} authority {row.Authority}";
            var digest = Convert.ToHexStringLower(SHA256.HashData(row.ToBeSigned));
            var own = entries.FindAll(e => e.Details.GetValueOrDefault("authority") == row.Authority
                && e.Details.GetValueOrDefault("serialNumber") == row.SerialNumber && e.Details.GetValueOrDefault("toBeSignedSha256") == digest);
            defects.Require(own.Count(e => e.Type == CertificateIntended.TypeName) == 1, where, "The intent does not have exactly one entry.");

            var issued = own.FindAll(e => e.Type == CertificateIssued.TypeName);
            if (row.Certificate is null)
                continue;

            _certificates++;
            defects.Require(row.CertificateMatches, where, "The certificate is not the intended one.");
            defects.Require(
                issued is [{ Fingerprint: { } fingerprint }] && fingerprint == Convert.ToHexStringLower(SHA256.HashData(row.Certificate)),
                where,
                "The certificate does not have exactly one entry with its fingerprint.");
        }

        var acts = signed.Count + signed.Count(row => row.Certificate is not null);
        defects.Require(entries.Count == acts, $"request {request}", $"{entries.Count} entries tell of {acts} acts.");
    }

    // The walk along the leaves tells of entries that can't be read; here they are as good as missing.
    private static StoredEntry? ReadEntry(NpgsqlDataReader row)
    {
        try
        {
            return StoredEntry.Read(row.GetFieldValue<byte[]>(2));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static Signed ReadSigned(NpgsqlDataReader row)
    {
        var serial = row.GetFieldValue<byte[]>(2);
        var toBeSigned = row.GetFieldValue<byte[]>(3);
        if (row.IsDBNull(5))
            return new Signed(row.GetString(1), Convert.ToHexString(serial), toBeSigned, null, false);

        var der = row.GetFieldValue<byte[]>(5);
        var matches = serial.AsSpan().SequenceEqual(row.GetFieldValue<byte[]>(4))
            && SHA256.HashData(der).AsSpan().SequenceEqual(row.GetFieldValue<byte[]>(6))
            && Holds(der, toBeSigned);
        return new Signed(row.GetString(1), Convert.ToHexString(serial), toBeSigned, der, matches);
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

    private sealed record Signed(string Authority, string SerialNumber, byte[] ToBeSigned, byte[]? Certificate, bool CertificateMatches);
}
