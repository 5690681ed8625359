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
            insert into sa.revocation_request (id, request_id, authority, reason, note, requested_by, asker, asker_id)
            select gen_random_uuid(), request_id, authority, $2, $3, $4, 'Station', $5 from sa.certificate c
            where (request_id = $1 or request_id in (
                    -- Those that later generations signed anew for the same unit and key.
                    select s.id from sa.signing_request s where s.kind = 'ResignedDevice' and s.active and s.mac = $6 and s.issue = $7))
                and not sa.is_to_be_revoked(c.request_id, c.authority)
            returning request_id, authority
        )
        select c.authority, c.serial_number, c.sha256, c.request_id from sa.certificate c join marked using (request_id, authority)
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
        command.Parameters.AddValue(reissue.StationId!.Value);
        command.Parameters.AddValue(reissue.Mac!);
        command.Parameters.AddValue((short)(reissue.Issue - 1));
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
                        RequestId = row.GetGuid(3),
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
