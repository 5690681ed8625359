using Npgsql;
using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Storage.Watch;

/// <summary>A certificate that was issued for a provider's name. Whose request it was is told nobody.</summary>
/// <param name="Index">Its entry's leaf in the log.</param>
/// <param name="IssuedAt">As the entry says.</param>
/// <param name="Authority">The issuing authority's id in the configuration.</param>
/// <param name="Sha256">Over the DER.</param>
/// <param name="IsOwn">The provider asked for it itself.</param>
public sealed record WatchedCertificate(
    long Index,
    DateTimeOffset IssuedAt,
    string Fqdn,
    string Authority,
    CertificateSerialNumber SerialNumber,
    byte[] Sha256,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter,
    bool IsOwn
);

/// <summary>
/// All that was issued for the names that a provider holds now, by whoever asked, in the log's order and as far as its newest checkpoint.
/// As role sa_auditor. Thread-safe.
/// </summary>
public sealed class WatchedCertificates(NpgsqlDataSource dataSource)
{
    // All below "callme.com" stands from "moc.emllac." to before "moc.emllac/", the slash being the octet after the dot.
    private const string Found = """
        with own as (
            select suffix, include_subdomains, reverse(suffix) collate "C" as backwards from sa.provider_name
            where provider_id = $1 and withdrawn_at is null and (valid_until is null or valid_until > now())
        ), named as (
            select e.id, e.subject, e.request_id, e.fingerprint, e.at from own
                join sa.log_entry e on e.type = 'certificate.issued' and e.mac is null and reverse(e.subject) collate "C" = backwards
            union
            select e.id, e.subject, e.request_id, e.fingerprint, e.at from own
                join sa.log_entry e on e.type = 'certificate.issued' and e.mac is null
                    and reverse(e.subject) collate "C" >= backwards || '.' and reverse(e.subject) collate "C" < backwards || '/'
            where include_subdomains
        )
        select l.index, e.at, e.subject, c.authority, c.serial_number, c.sha256, c.not_before, c.not_after, r.provider_id = $1
        from named e
            join sa.log_leaf l on l.entry_id = e.id
            join sa.signing_request r on r.id = e.request_id and r.kind = 'ProvisioningServer'
            join sa.certificate c on c.request_id = r.id and c.sha256 = e.fingerprint
        where l.index < (select max(tree_size) from sa.log_checkpoint)
        """;

    /// <summary>A page in the log's order.</summary>
    /// <param name="providerId">The tenant.</param>
    /// <param name="after">The last index of the page before; -1 to begin.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public Task<IReadOnlyList<WatchedCertificate>> PageAsync(
        Guid providerId,
        long after,
        int limit,
        CancellationToken cancellation = default
    ) => ReadAsync($"{Found} and l.index > $2 order by l.index limit $3", cancellation, providerId, after, limit);

    /// <summary>The newest, the newest first.</summary>
    public Task<IReadOnlyList<WatchedCertificate>> NewestAsync(Guid providerId, int limit, CancellationToken cancellation = default) =>
        ReadAsync($"{Found} order by l.index desc limit $2", cancellation, providerId, limit);

    /// <summary>Whether a certificate is one of them.</summary>
    /// <param name="providerId">The tenant.</param>
    /// <param name="sha256">Over the DER.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async Task<bool> IsWatchedAsync(Guid providerId, byte[] sha256, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(
            """
            select exists (
                select from sa.certificate c
                    join sa.signing_request r on r.id = c.request_id and r.kind = 'ProvisioningServer'
                    join sa.provider_name n on n.provider_id = $1 and n.withdrawn_at is null and (n.valid_until is null or n.valid_until > now())
                        and (r.fqdn = n.suffix or (n.include_subdomains and right(r.fqdn, length(n.suffix) + 1) = '.' || n.suffix))
                where c.sha256 = $2)
            """
        );
        command.Parameters.AddValue(providerId);
        command.Parameters.AddValue(sha256);
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private async Task<IReadOnlyList<WatchedCertificate>> ReadAsync(
        string text,
        CancellationToken cancellation,
        params IReadOnlyList<object> parameters
    )
    {
        await using var command = dataSource.CreateCommand(text);
        foreach (var parameter in parameters)
            command.Parameters.AddWithValue(parameter);
        var found = new List<WatchedCertificate>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            found.Add(
                new WatchedCertificate(
                    row.GetInt64(0),
                    row.GetFieldValue<DateTimeOffset>(1),
                    row.GetString(2),
                    row.GetString(3),
                    CertificateSerialNumber.FromBytes(row.GetFieldValue<byte[]>(4)),
                    row.GetFieldValue<byte[]>(5),
                    row.GetFieldValue<DateTimeOffset>(6),
                    row.GetFieldValue<DateTimeOffset>(7),
                    row.GetBoolean(8)
                )
            );
        }

        return found;
    }
}
