using Npgsql;
using SigningAuthority.Storage.Revocations;

namespace SigningAuthority.Storage.Rollover;

/// <summary>A device's live certificate that a later generation has not signed anew.</summary>
/// <param name="RequestId">Of the request that it was issued for.</param>
/// <param name="Mac">12 upper-case hexadecimal digits.</param>
/// <param name="Issue">Which of the unit's certificates it is, from 1.</param>
public sealed record ResignableCertificate(
    Guid RequestId,
    string Mac,
    string Serial,
    string Product,
    int Issue,
    byte[] CsrSha256,
    byte[] PublicKeySha256
);

/// <summary>How many certificates of a kind there are.</summary>
/// <param name="Owner">The production order's name, the provider's, or "-" where there is none.</param>
/// <param name="Month">First day of the month of issuance, UTC.</param>
public sealed record CertificatesOfMonth(string Owner, DateOnly Month, long Certificates);

/// <summary>What of an authority's certificates would have to be signed anew: neither ended nor revoked nor on hold. Thread-safe.</summary>
public sealed class ResignableCertificates(NpgsqlDataSource dataSource)
{
    private static readonly string Live = $"c.authority = $1 and c.not_after > now() and {NotRevoked.Of("c")}";

    private static readonly string LiveDevice = $"{Live} and r.kind in ('Device', 'ResignedDevice') and {NotRevoked.OfKey("r")}";

    // By the request's id, which grows with time: a run goes through the table once, and an interrupted one finds out by the index of what
    // was signed anew how far it came.
    private static readonly string Next = $"""
        select r.id, r.mac, r.serial, r.product, r.issue, r.csr_sha256, r.spki_sha256
        from sa.certificate c join sa.signing_request r on r.id = c.request_id
        where c.request_id > $3 and {LiveDevice} and not exists (
            select from sa.signing_request s
            where s.kind = 'ResignedDevice' and s.active and s.mac = r.mac and s.issue = r.issue and s.authorities[1] = $2)
        order by c.request_id limit $4
        """;

    private static readonly string Count = $"""
        select count(*), count(*) filter (where signed.state = 'Issued'), count(*) filter (where signed.state in ('Queued', 'Signing'))
        from sa.certificate c join sa.signing_request r on r.id = c.request_id left join lateral (
            select s.state from sa.signing_request s
            where s.kind = 'ResignedDevice' and s.active and s.mac = r.mac and s.issue = r.issue and s.authorities[1] = $2) signed on true
        where {LiveDevice}
        """;

    private static readonly string CountByMonth = $"""
        select coalesce(o.name, p.name, '-'), date_trunc('month', c.issued_at at time zone 'UTC')::date, count(*)
        from sa.certificate c join sa.signing_request r on r.id = c.request_id
            left join sa.production_order o on o.id = r.order_id
            left join sa.provider p on p.id = r.provider_id
        where {Live} and {NotRevoked.OfKey(
            "r"
        )} and r.kind in ('Device', 'ResignedDevice', 'ProvisioningServer') group by 1, 2 order by 1, 2
        """;

    // The newest hundred thousand are enough to know how fast a full line was, and a few looks at an index.
    private const string Fastest = """
        select max(many) from (
            select count(*) as many from (select issued_at from sa.certificate order by request_id desc limit 100000) newest
            group by date_trunc('second', issued_at)) seconds
        """;

    /// <param name="authority">Whose certificates.</param>
    /// <param name="next">The generation that signs them anew.</param>
    /// <param name="after">Request id of the last one that was read; empty for the beginning.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async Task<IReadOnlyList<ResignableCertificate>> NextAsync(
        string authority,
        string next,
        Guid after,
        int limit,
        CancellationToken cancellation = default
    )
    {
        await using var command = dataSource.CreateCommand(Next);
        // The first look of a run that was interrupted steps over all that is signed.
        command.CommandTimeout = 0;
        command.Parameters.AddValue(authority);
        command.Parameters.AddValue(next);
        command.Parameters.AddValue(after);
        command.Parameters.AddValue(limit);
        var found = new List<ResignableCertificate>(limit);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            found.Add(
                new ResignableCertificate(
                    row.GetGuid(0),
                    row.GetString(1),
                    row.GetString(2),
                    row.GetString(3),
                    row.GetInt16(4),
                    row.GetFieldValue<byte[]>(5),
                    row.GetFieldValue<byte[]>(6)
                )
            );
        return found;
    }

    /// <returns>Devices' live certificates of the authority; how many of them are signed anew; how many wait for it.</returns>
    public async Task<(long Live, long Signed, long Waiting)> CountAsync(
        string authority,
        string next,
        CancellationToken cancellation = default
    )
    {
        await using var command = dataSource.CreateCommand(Count);
        command.CommandTimeout = 0;
        command.Parameters.AddValue(authority);
        command.Parameters.AddValue(next);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));
    }

    /// <summary>Of any authority, servers' certificates too; by owner, then by month.</summary>
    public async Task<IReadOnlyList<CertificatesOfMonth>> CountByMonthAsync(string authority, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(CountByMonth);
        command.CommandTimeout = 0;
        command.Parameters.AddValue(authority);
        var counts = new List<CertificatesOfMonth>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            counts.Add(new CertificatesOfMonth(row.GetString(0), row.GetFieldValue<DateOnly>(1), row.GetInt64(2)));
        return counts;
    }

    /// <returns>Certificates in the best second of the newest 100,000; null where there are none.</returns>
    public async Task<long?> FindFastestSecondAsync(CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(Fastest);
        command.CommandTimeout = 0;
        return await command.ExecuteScalarAsync(cancellation) as long?;
    }
}
