using Npgsql;
using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Storage.Ocsp;

/// <summary>What is known of a certificate at one moment.</summary>
/// <param name="IsIssued">False for what was never issued, or was only intended: never "good".</param>
/// <param name="Reason">Null where it never was revoked; <see cref="RevocationReason.RemoveFromCrl"/> where a hold was released.</param>
/// <param name="RevokedAt">Set together with <see cref="Reason"/>.</param>
/// <param name="RevokedXid">The transaction that last changed its revocation; null where there was none.</param>
public readonly record struct CertificateStatus(bool IsIssued, RevocationReason? Reason, DateTimeOffset? RevokedAt, long? RevokedXid)
{
    /// <summary>That moment, by the database's clock.</summary>
    public DateTimeOffset? ReadAt { get; init; }
}

/// <summary>Looks many certificates up at one moment.</summary>
internal static class CertificateStatuses
{
    // A serial number is unique by authority in sa.intent alone; sa.certificate has what became of it. What a generation of a root has certified of
    // another one has tables of its own.
    private const string Select = """
        select c.request_id is not null or x.issuer is not null, v.reason, v.revoked_at, v.xid::text::bigint, clock_timestamp()
        from unnest($1::text[], $2::bytea[]) with ordinality as a(authority, serial_number, place)
            left join sa.intent i on i.authority = a.authority and i.serial_number = a.serial_number
            left join sa.certificate c on c.request_id = i.request_id and c.authority = i.authority
            left join sa.cross_intent n on n.issuer = a.authority and n.serial_number = a.serial_number
            left join sa.cross_certificate x on x.issuer = n.issuer and x.subject = n.subject
            left join sa.revoked v on v.authority = a.authority and v.serial_number = a.serial_number
        order by a.place
        """;

    /// <returns>In the order of the names.</returns>
    internal static async Task<IReadOnlyList<CertificateStatus>> FindAsync(
        NpgsqlConnection connection,
        IReadOnlyList<CertificateName> names,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(Select, connection);
        command.Parameters.AddColumn(names, name => name.Authority);
        command.Parameters.AddColumn(names, name => name.SerialNumber);
        var found = new List<CertificateStatus>(names.Count);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            found.Add(
                new CertificateStatus(
                    row.GetBoolean(0),
                    row.IsDBNull(1) ? null : (RevocationReason)row.GetInt16(1),
                    row.IsDBNull(2) ? null : new DateTimeOffset(row.GetDateTime(2)),
                    row.IsDBNull(3) ? null : row.GetInt64(3)
                )
                {
                    ReadAt = new DateTimeOffset(row.GetDateTime(4)),
                }
            );
        return found;
    }
}
