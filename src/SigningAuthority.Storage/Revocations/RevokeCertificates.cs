using Npgsql;
using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Storage.Revocations;

/// <summary>Makes it so: rows of sa.revoked, in the transaction that the connection is in. As role sa_signer; the tables' own triggers keep the order of states.</summary>
internal static class RevokeCertificates
{
    // What was on hold is revoked since the hold, and another reason is no other date: see sa.guard_revoked.
    private const string Upsert = """
        insert into sa.revoked as r (authority, serial_number, request_id, crl_shard, not_after, reason, revoked_at, asker, recall_id)
        select i.authority, i.serial_number, i.request_id, i.crl_shard, i.not_after, $3, date_trunc('second', now()), $5, $4
        from unnest($1::text[], $2::bytea[]) as n(authority, serial_number)
            join sa.intent i on i.authority = n.authority and i.serial_number = n.serial_number
        on conflict (authority, serial_number) do update set reason = excluded.reason, asker = excluded.asker, recall_id = excluded.recall_id,
            revoked_at = case when r.reason = 8 then excluded.revoked_at else r.revoked_at end
        returning authority, serial_number, revoked_at
        """;

    private const string Release = """
        update sa.revoked r set reason = $3, revoked_at = date_trunc('second', now()), asker = $5, recall_id = $4
        from unnest($1::text[], $2::bytea[]) as n(authority, serial_number)
        where r.authority = n.authority and r.serial_number = n.serial_number
        returning r.authority, r.serial_number, r.revoked_at
        """;

    /// <returns>Since when each is so.</returns>
    internal static async Task<IReadOnlyDictionary<(string, CertificateSerialNumber), DateTimeOffset>> RunAsync(
        NpgsqlConnection connection,
        IReadOnlyList<RevocableCertificate> certificates,
        RevocationReason reason,
        string asker,
        Guid? recall,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(reason == RevocationReason.RemoveFromCrl ? Release : Upsert, connection);
        command.Parameters.AddColumn(certificates, certificate => certificate.Facts.Authority);
        command.Parameters.AddColumn(certificates, certificate => certificate.Facts.SerialNumber.ToBytes());
        command.Parameters.AddValue((short)reason);
        command.Parameters.AddValue(recall);
        command.Parameters.AddValue(asker);
        var since = new Dictionary<(string, CertificateSerialNumber), DateTimeOffset>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            since.Add(
                (row.GetString(0), CertificateSerialNumber.FromBytes(row.GetFieldValue<byte[]>(1))),
                row.GetFieldValue<DateTimeOffset>(2)
            );
        return since;
    }
}
