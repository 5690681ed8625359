using Npgsql;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Storage.Notices;

/// <summary>Reads notices with their contacts and certificates.</summary>
internal static class NoticeRows
{
    internal const int Count = 22;

    /// <summary>For the aliases n (notice), k (contact), r (request) and c (certificate), in the order that <see cref="Read"/> expects.</summary>
    internal const string Columns = """
        n.id, n.kind, n.provider_id, n.contact_id, k.kind, k.target, n.request_id, n.authority, r.fqdn, c.serial_number, c.sha256, c.not_after,
        n.days_before, n.state, n.planned_at, n.due_at, n.attempts, n.last_error, n.finished_at, c.not_before, r.provider_id = n.provider_id,
        n.root_version
        """;

    /// <summary>What <see cref="Columns"/> come from, with the notices as n.</summary>
    internal const string Joins = """
        join sa.contact k on k.id = n.contact_id
            left join sa.signing_request r on r.id = n.request_id
            left join sa.certificate c on c.request_id = n.request_id and c.authority = n.authority
        """;

    internal static async Task<IReadOnlyList<Notice>> ReadAllAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        var found = new List<Notice>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            found.Add(Read(reader));
        return found;
    }

    internal static Notice Read(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            Enum.Parse<NoticeKind>(row.GetString(1)),
            row.GetGuid(2),
            row.GetGuid(3),
            Enum.Parse<ContactKind>(row.GetString(4)),
            row.GetString(5),
            row.IsDBNull(6) ? null : ReadCertificate(row),
            row.GetFieldValue<int?>(12),
            Enum.Parse<NoticeState>(row.GetString(13)),
            row.GetFieldValue<DateTimeOffset>(14),
            row.GetFieldValue<DateTimeOffset>(15),
            row.GetInt32(16),
            row.IsDBNull(17) ? null : row.GetString(17),
            row.GetFieldValue<DateTimeOffset?>(18)
        )
        {
            RootsVersion = row.GetFieldValue<long?>(21),
        };

    private static NoticedCertificate ReadCertificate(NpgsqlDataReader row) =>
        new(
            new SigningRequestId(row.GetGuid(6)),
            row.GetString(7),
            row.GetString(8),
            CertificateSerialNumber.FromBytes(row.GetFieldValue<byte[]>(9)),
            row.GetFieldValue<byte[]>(10),
            row.GetFieldValue<DateTimeOffset>(19),
            row.GetFieldValue<DateTimeOffset>(11)
        )
        {
            IsOwn = row.GetBoolean(20),
        };
}
