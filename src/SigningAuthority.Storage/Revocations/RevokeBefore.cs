using Npgsql;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Production;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Storage.Revocations;

/// <summary>The certificates that a reissue follows are marked revoked, with entries, in the reissue's own transaction.</summary>
internal static class RevokeBefore
{
    private const int LongestNote = 1000;

    private const string Insert = """
        with marked as (
            insert into sa.revocation_request (id, request_id, authority, reason, note, requested_by)
            select gen_random_uuid(), request_id, authority, $2, $3, $4 from sa.certificate where request_id = $1
            on conflict on constraint revocation_request_once do nothing
            returning authority
        )
        select c.authority, c.serial_number, c.sha256 from sa.certificate c join marked using (authority) where c.request_id = $1
        """;

    internal static async Task AddAsync(
        NpgsqlConnection connection,
        NewSigningRequest reissue,
        ReissueReason reason,
        string? note,
        DateTimeOffset at,
        CancellationToken cancellation
    )
    {
        var before = reissue.Succession!.Predecessor.Value;
        var words = $"reissue {reissue.Issue} ({reason.Name()})" + (note is null ? "" : ": " + note);
        if (words.Length > LongestNote)
            // Half of a character outside the basic plane is no text that Postgres takes.
            words = words[..(char.IsHighSurrogate(words[LongestNote - 1]) ? LongestNote - 1 : LongestNote)];
        await using var command = new NpgsqlCommand(Insert, connection);
        command.Parameters.AddValue(before);
        command.Parameters.AddValue(reason.ToRevocation().Name());
        command.Parameters.AddValue(words);
        command.Parameters.AddValue(reissue.SubmittedBy);
        var entries = new List<LogEntry>();
        await using (var row = await command.ExecuteReaderAsync(cancellation))
        {
            while (await row.ReadAsync(cancellation))
                entries.Add(
                    new RevocationRequested
                    {
                        At = at,
                        Actor = reissue.SubmittedBy,
                        Subject = reissue.Mac,
                        RequestId = before,
                        Mac = reissue.Mac,
                        Serial = reissue.Serial,
                        Fingerprint = Convert.ToHexStringLower(row.GetFieldValue<byte[]>(2)),
                        Authority = row.GetString(0),
                        SerialNumber = CertificateSerialNumber.FromBytes(row.GetFieldValue<byte[]>(1)).Hex,
                        Reason = reason.ToRevocation().Name(),
                        Note = words,
                    }
                );
        }

        await AppendLogEntries.AddAsync(connection, entries, cancellation);
    }
}
