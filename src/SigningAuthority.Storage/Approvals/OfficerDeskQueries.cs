using Npgsql;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Storage.Approvals;

/// <summary>What a provider's requests have come to so far.</summary>
/// <param name="Since">When the provider was registered.</param>
/// <param name="FirstIssuedAt">Null when nothing was ever issued.</param>
/// <param name="Requests">How many, by state.</param>
public sealed record ProviderHistory(
    string Provider,
    DateTimeOffset Since,
    DateTimeOffset? FirstIssuedAt,
    IReadOnlyDictionary<RequestState, long> Requests
);

/// <summary>A certificate that a name had.</summary>
public sealed record NamesCertificate(
    SigningRequestId RequestId,
    string Provider,
    string Authority,
    byte[] SerialNumber,
    byte[] Sha256,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter
);

/// <summary>A name that somebody holds or has asked for.</summary>
public sealed record KnownName(Fqdn Name, string Provider);

/// <summary>What officers are shown: requests of every tenant. Thread-safe.</summary>
public sealed class OfficerDeskQueries(NpgsqlDataSource dataSource)
{
    private const string SelectPage = $"""
        select {SigningRequestRows.Columns} from sa.signing_request r
        where r.kind = 'ProvisioningServer' and r.state = $1 and r.id < $2 order by r.id desc limit $3
        """;

    private const string SelectHistory = """
        select p.name, p.created_at, r.state, count(*), min(r.finished_at) filter (where r.state = 'Issued')
        from sa.provider p left join sa.signing_request r on r.provider_id = p.id where p.id = $1 group by p.name, p.created_at, r.state
        """;

    private const string SelectCertificates = """
        select r.id, p.name, c.authority, c.serial_number, c.sha256, c.not_before, c.not_after
        from sa.signing_request r join sa.certificate c on c.request_id = r.id join sa.provider p on p.id = r.provider_id
        where r.fqdn = $1 and r.kind = 'ProvisioningServer' order by r.id desc, c.authority limit $2
        """;

    private const string SelectNames = """
        select distinct n.name, p.name from (
            select provider_id, suffix as name from sa.provider_name where withdrawn_at is null
            union all
            select provider_id, fqdn from sa.signing_request where fqdn is not null and provider_id is not null and state not in ('Refused', 'Withdrawn')
        ) n join sa.provider p on p.id = n.provider_id
        """;

    /// <summary>A page, the newest first.</summary>
    public async Task<IReadOnlyList<SigningRequestRecord>> ListAsync(
        RequestState state,
        SigningRequestId? before,
        int limit,
        CancellationToken cancellation = default
    )
    {
        await using var command = dataSource.CreateCommand(SelectPage);
        command.Parameters.AddValue(state.ToString());
        command.Parameters.AddValue(before?.Value ?? Guid.AllBitsSet);
        command.Parameters.AddValue(limit);
        return await ReadAsync(command, SigningRequestRows.Read, cancellation);
    }

    public async Task<ProviderHistory> HistoryAsync(Guid providerId, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(SelectHistory);
        command.Parameters.AddValue(providerId);
        var rows = await ReadAsync(
            command,
            row =>
                (
                    Provider: row.GetString(0),
                    Since: row.GetFieldValue<DateTimeOffset>(1),
                    State: row.IsDBNull(2) ? (RequestState?)null : Enum.Parse<RequestState>(row.GetString(2)),
                    Count: row.GetInt64(3),
                    FirstIssued: row.GetFieldValue<DateTimeOffset?>(4)
                ),
            cancellation
        );
        return new ProviderHistory(
            rows[0].Provider,
            rows[0].Since,
            rows.Select(row => row.FirstIssued).Max(),
            rows.Where(row => row.State is not null).ToDictionary(row => row.State!.Value, row => row.Count)
        );
    }

    /// <summary>The newest certificates of a name, whoever held it.</summary>
    public async Task<IReadOnlyList<NamesCertificate>> CertificatesOfAsync(Fqdn name, int limit, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(SelectCertificates);
        command.Parameters.AddValue(name.Value);
        command.Parameters.AddValue(limit);
        return await ReadAsync(
            command,
            row => new NamesCertificate(
                new SigningRequestId(row.GetGuid(0)),
                row.GetString(1),
                row.GetString(2),
                row.GetFieldValue<byte[]>(3),
                row.GetFieldValue<byte[]>(4),
                row.GetFieldValue<DateTimeOffset>(5),
                row.GetFieldValue<DateTimeOffset>(6)
            ),
            cancellation
        );
    }

    /// <summary>Every name that is registered or was asked for without being turned down, with who did.</summary>
    public async Task<IReadOnlyList<KnownName>> KnownNamesAsync(CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(SelectNames);
        return await ReadAsync(command, row => new KnownName(Fqdn.Parse(row.GetString(0)), row.GetString(1)), cancellation);
    }

    private static async Task<List<TRow>> ReadAsync<TRow>(
        NpgsqlCommand command,
        Func<NpgsqlDataReader, TRow> read,
        CancellationToken cancellation
    )
    {
        var rows = new List<TRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            rows.Add(read(reader));
        return rows;
    }
}
