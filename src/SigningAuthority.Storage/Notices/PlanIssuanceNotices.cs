using Npgsql;

namespace SigningAuthority.Storage.Notices;

/// <summary>
/// Plans what providers are told of certificates that were issued for their names, on whoever's request. Each entry of the log is looked
/// at once, in the log's order, when it has its place there. As role sa_signer. Thread-safe.
/// </summary>
public sealed class PlanIssuanceNotices(NpgsqlDataSource dataSource)
{
    // The row's lock is what keeps two planners from looking at the same entries.
    private const string Begin = """
        select w.log_index, h.index from sa.watch_cursor w
            left join lateral (select index from sa.log_leaf order by index desc limit 1) h on true
        for update of w
        """;

    // The log's order is that of (xid, id). A name has one holder, but may be held twice over, as itself and as one below another.
    private const string Plan = """
        insert into sa.notice (kind, provider_id, contact_id, request_id, authority)
        select 'Issuance', k.provider_id, k.id, c.request_id, c.authority
        from sa.log_entry e
            join sa.signing_request r on r.id = e.request_id and r.kind = 'ProvisioningServer'
            join sa.certificate c on c.request_id = r.id and c.sha256 = e.fingerprint
            join sa.provider_name n on n.withdrawn_at is null and (n.valid_until is null or n.valid_until > $3)
                and (r.fqdn = n.suffix or (n.include_subdomains and right(r.fqdn, length(n.suffix) + 1) = '.' || n.suffix))
            join sa.contact k on k.provider_id = n.provider_id and k.removed_at is null and 'Issuance' = any(k.about)
        where e.type = 'certificate.issued' and e.mac is null
            and (e.xid, e.id) <= (select x.xid, x.id from sa.log_leaf l join sa.log_entry x on x.id = l.entry_id where l.index = $2)
            and ($1 < 0 or (e.xid, e.id) > (select x.xid, x.id from sa.log_leaf l join sa.log_entry x on x.id = l.entry_id where l.index = $1))
        on conflict do nothing
        """;

    /// <param name="now">A name whose proof has ended by then is nobody's.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    /// <returns>How many notices were planned.</returns>
    public async Task<int> RunAsync(DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var (from, to) = await BeginAsync(connection, cancellation);
        if (to <= from)
            return 0;

        await using var plan = new NpgsqlCommand(Plan, connection);
        plan.Parameters.AddValue(from);
        plan.Parameters.AddValue(to);
        plan.Parameters.AddValue(now.UtcDateTime);
        var planned = await plan.ExecuteNonQueryAsync(cancellation);

        await using var advance = new NpgsqlCommand("update sa.watch_cursor set log_index = $1", connection);
        advance.Parameters.AddValue(to);
        await advance.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return planned;
    }

    /// <returns>Index of the last entry that was looked at, and of the last there is.</returns>
    private static async Task<(long From, long To)> BeginAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Begin, connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return (row.GetInt64(0), row.GetFieldValue<long?>(1) ?? -1);
    }
}
