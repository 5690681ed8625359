using Npgsql;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Storage.Rollover;

/// <summary>Puts devices' certificates that are to be signed anew into the queue, many at once. As role sa_operator. Thread-safe.</summary>
public sealed class SubmitResigning(NpgsqlDataSource dataSource)
{
    // The request's octets don't leave the database. What is there already stays out, with its entry: a run that was broken off is run again.
    private static readonly string Insert = $"""
        with inserted as (
            insert into sa.signing_request (id, kind, lane, station_id, csr, csr_sha256, spki_sha256, mac, serial, product, authorities, profile,
                submitted_by, succeeds, succession, order_id, issue, state)
            select n.id, 'ResignedDevice', 'Device', r.station_id, r.csr, r.csr_sha256, r.spki_sha256, r.mac, r.serial, r.product, array[$3], r.profile,
                $4, r.id, 'Renewal', r.order_id, r.issue, 'Queued'
            from unnest($1::uuid[], $2::uuid[]) as n(id, succeeds), lateral (select * from sa.signing_request r where r.id = n.succeeds offset 0) r
            order by n.id
            on conflict do nothing
            returning id
        ), logged as (
            insert into sa.log_entry ({LogEntryColumns.Names})
            select {LogEntryColumns.Names}
            from rows from (unnest($1::uuid[]), {LogEntryColumns.Unnest(5)}) with ordinality as e(request, {LogEntryColumns.Names}, place)
            where request in (select id from inserted)
            order by place
        )
        select id from inserted
        """;

    private const string Finished = """
        select count(*) filter (where state = 'Issued'), count(*) filter (where state in ('Refused', 'Failed')),
            count(*) filter (where state in ('Queued', 'Signing'))
        from sa.signing_request where id = any($1)
        """;

    private const string Open = """
        select count(*) from sa.signing_request where open and lane = 'Device' and kind = 'ResignedDevice' and authorities[1] = $1
        """;

    private const string Codes = """
        select coalesce(v ->> 'code', 'failed'), count(*) from sa.signing_request r
            left join lateral jsonb_array_elements(case when r.state = 'Refused' then r.violations else '[]' end) v on true
        where r.id = any($1) and r.state in ('Refused', 'Failed') group by 1 order by 1
        """;

    /// <param name="requests">New ids with the entries of the new requests; each entry names the request that it succeeds.</param>
    /// <param name="next">The generation that is to sign.</param>
    /// <param name="actor">As the log names it.</param>
    /// <param name="cancellation">Abandoning is safe: nothing or all of it is there.</param>
    /// <returns>Ids of those that went in; the others are in the queue or signed already.</returns>
    public async Task<IReadOnlyList<Guid>> RunAsync(
        IReadOnlyList<RequestSubmitted> requests,
        string next,
        string actor,
        CancellationToken cancellation = default
    )
    {
        await using var batch = dataSource.CreateBatch();
        batch.EnableErrorBarriers = true;
        var insert = new NpgsqlBatchCommand(Insert);
        insert.Parameters.AddColumn(requests, entry => entry.RequestId!.Value);
        insert.Parameters.AddColumn(requests, entry => entry.Succeeds!.Value);
        insert.Parameters.AddValue(next);
        insert.Parameters.AddValue(actor);
        LogEntryColumns.AddTo(insert.Parameters, requests);
        batch.BatchCommands.Add(insert);
        batch.BatchCommands.Add(Notifications.Queued(Lane.Device));

        var ids = new List<Guid>(requests.Count);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            ids.Add(reader.GetGuid(0));
        // To the end: that it is committed is said behind the rows.
        while (await reader.NextResultAsync(cancellation)) { }
        return ids;
    }

    /// <returns>Of these requests: issued; refused or failed; still on their way.</returns>
    public async Task<(long Issued, long Refused, long Open)> CountAsync(
        IReadOnlyList<Guid> requests,
        CancellationToken cancellation = default
    )
    {
        await using var command = dataSource.CreateCommand(Finished);
        command.Parameters.AddValue(requests.ToArray());
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));
    }

    /// <returns>How many are in a generation's queue, whoever asked for them.</returns>
    public async Task<long> CountOpenAsync(string next, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(Open);
        command.Parameters.AddValue(next);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <returns>How many of these requests each rule refused; "failed" where it was none.</returns>
    public async Task<IReadOnlyDictionary<string, long>> CountRefusalsAsync(
        IReadOnlyList<Guid> requests,
        CancellationToken cancellation = default
    )
    {
        await using var command = dataSource.CreateCommand(Codes);
        command.Parameters.AddValue(requests.ToArray());
        var counts = new Dictionary<string, long>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            counts[row.GetString(0)] = row.GetInt64(1);
        return counts;
    }
}
