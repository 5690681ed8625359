using Npgsql;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Storage.Production;

/// <summary>A device's request with what became of its certificates.</summary>
/// <param name="CertificateSerialNumbers">Upper-case hexadecimal.</param>
/// <param name="IsRevoked">It has certificates, and the revocation of each is on record.</param>
public sealed record UnitIssue(SigningRequestRecord Request, IReadOnlyList<string> CertificateSerialNumbers, bool IsRevoked);

/// <summary>Units of the line and the certificates they had, one after another. Thread-safe.</summary>
public sealed class Units(NpgsqlDataSource dataSource)
{
    private const string Certificates = """
        array(select upper(encode(c.serial_number, 'hex')) from sa.certificate c where c.request_id = r.id),
        exists (select from sa.certificate c where c.request_id = r.id) and not exists (
            select from sa.certificate c where c.request_id = r.id and not sa.is_to_be_revoked(c.request_id, c.authority))
            -- What a later generation signed anew is the unit's too, and so is what it is about to sign.
            and not exists (select from sa.signing_request s where s.kind = 'ResignedDevice' and s.active and s.mac = r.mac and s.issue = r.issue
                and not sa.is_to_be_revoked(s.id, s.authorities[1]))
        """;

    private const string SelectNewest = $"""
        select distinct on (r.mac) {SigningRequestRows.Columns}, {Certificates} from sa.signing_request r
        where r.mac = any($1) and r.kind = 'Device' and r.active
        order by r.mac, r.issue desc
        """;

    private const string SelectMany = $"""
        select {SigningRequestRows.Columns}, {Certificates} from sa.signing_request r where r.id = any($1) and r.kind = 'Device'
        """;

    /// <summary>What each unit has now, by MAC; a request that ended without a certificate is none.</summary>
    /// <param name="macs">12 upper-case hexadecimal digits each.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async Task<IReadOnlyDictionary<string, UnitIssue>> FindNewestAsync(
        IReadOnlyCollection<string> macs,
        CancellationToken cancellation = default
    ) => (await ReadAsync(SelectNewest, macs.ToArray(), cancellation)).ToDictionary(unit => unit.Request.Mac!);

    /// <summary>Those that exist, by the request's id.</summary>
    public async Task<IReadOnlyDictionary<Guid, UnitIssue>> FindAsync(
        IReadOnlyCollection<Guid> requests,
        CancellationToken cancellation = default
    ) => (await ReadAsync(SelectMany, requests.ToArray(), cancellation)).ToDictionary(unit => unit.Request.Id.Value);

    private async Task<List<UnitIssue>> ReadAsync<T>(string sql, T[] keys, CancellationToken cancellation)
    {
        var units = new List<UnitIssue>();
        if (keys.Length == 0)
            return units;

        await using var command = dataSource.CreateCommand(sql);
        command.Parameters.AddValue(keys);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            units.Add(
                new UnitIssue(
                    SigningRequestRows.Read(row),
                    row.GetFieldValue<string[]>(SigningRequestRows.Count),
                    row.GetBoolean(SigningRequestRows.Count + 1)
                )
            );
        return units;
    }
}
