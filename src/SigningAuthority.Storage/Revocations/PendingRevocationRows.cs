using Npgsql;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Revocations;

namespace SigningAuthority.Storage.Revocations;

/// <summary>Requests for revocation as the key room reads them, each with its certificate and with who asks.</summary>
internal static class PendingRevocationRows
{
    // "written_by" is the database's own word of who wrote the row: the door can't say operator, nor the operator that something was issued.
    internal const string Columns = $"""
        {RevocableCertificates.Columns},
            v.id, v.action, v.reason, v.note, v.requested_by, v.is_backlog, v.asker, v.asker_id, v.stated_at, v.signature, v.replacement,
            case v.asker
                when 'Provider' then 'provider/' || p.name
                when 'Station' then 'station/' || t.name
                when 'Officer' then 'officer/' || f.name
                when 'Possession' then 'anonymous'
                else v.requested_by end,
            case v.asker
                when 'Provider' then p.id is not null
                when 'Station' then t.id is not null
                when 'Officer' then f.id is not null
                when 'Operator' then v.written_by = 'sa_operator'
                when 'Succession' then v.written_by = 'sa_owner' and exists (
                    select from sa.signing_request n where n.id = v.replacement and n.state = 'Issued')
                else true end,
            t.name, f.name, f.public_key, clock_timestamp(),
            exists (select from sa.signing_request n where s.kind = 'Device' and n.kind = 'Device' and n.succeeds = s.id and n.active)
        """;

    // Where the request's own columns begin.
    private const int Own = RevocableCertificates.Count;

    // What the key room itself wrote is read first and can be read. What the door wrote may be anything that its columns take: one row that can't be
    // read must not stand before all others for ever.
    internal static PendingRevocation Read(NpgsqlDataReader row)
    {
        var (id, certificate) = (row.GetGuid(Own), RevocableCertificates.Read(row));
        try
        {
            return new PendingRevocation(
                id,
                certificate,
                ReadAsk(row),
                ReadAsker(row),
                row.GetFieldValue<Guid?>(Own + 10),
                row.GetBoolean(Own + 5) || row.GetBoolean(Own + 17),
                IsReadable: true
            );
        }
        catch (Exception fault) when (fault is InvalidCastException or FormatException or ArgumentException or OverflowException)
        {
            return new PendingRevocation(
                id,
                certificate,
                new RevocationAsk(
                    RevocationAsker.Provider,
                    null,
                    RevocationAction.Revoke,
                    Issuance.Certificates.RevocationReason.Unspecified,
                    null,
                    DateTimeOffset.UtcNow,
                    null,
                    default
                ),
                new RevocationAskerFacts("unreadable", false, null, null, null),
                null,
                IsFree: false,
                IsReadable: false
            );
        }
    }

    private static RevocationAsk ReadAsk(NpgsqlDataReader row) =>
        new(
            Enum.Parse<RevocationAsker>(row.GetString(Own + 6)),
            row.GetFieldValue<Guid?>(Own + 7),
            Enum.Parse<RevocationAction>(row.GetString(Own + 1)),
            RevocationActionNames.ParseReason(row.GetString(Own + 2)),
            Text(row, Own + 3),
            row.GetFieldValue<DateTimeOffset>(Own + 16),
            row.GetFieldValue<DateTimeOffset?>(Own + 8),
            row.IsDBNull(Own + 9) ? default : row.GetFieldValue<byte[]>(Own + 9)
        );

    private static RevocationAskerFacts ReadAsker(NpgsqlDataReader row)
    {
        OfficerKey? key = null;
        if (!row.IsDBNull(Own + 15))
            OfficerKey.TryRead(row.GetFieldValue<byte[]>(Own + 15), out key);
        return new RevocationAskerFacts(
            Text(row, Own + 11) ?? row.GetString(Own + 4),
            row.GetBoolean(Own + 12),
            Text(row, Own + 13),
            Text(row, Own + 14) is { } officer ? OfficerName.Parse(officer) : null,
            key
        );
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
