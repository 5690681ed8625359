using Npgsql;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Limits;

namespace SigningAuthority.Storage.Requests;

/// <summary>Puts requests into the queue. Thread-safe.</summary>
public sealed class SubmitSigningRequests(NpgsqlDataSource dataSource)
{
    private const int Rounds = 5;

    // Lists travel inside a column of texts, parted by what no name can hold.
    private const char Separator = '\u001F';

    // Rows go in by MAC, so that two batches with the same devices seldom wait for each other crosswise.
    // The entries of those rows that went in follow in the same statement: one round trip, one durable commit.
    private static readonly string Insert = $"""
        with inserted as (
            insert into sa.signing_request (id, kind, lane, provider_id, station_id, csr, csr_sha256, spki_sha256, fqdn, mac, serial, product,
                devices, authorities, profile, idempotency_key, note, submitted_by, submitted_token, addresses, succeeds, succession,
                approvals_needed, approval_expires_at, order_id, issue, reissue_reason, state)
            select id, kind, lane, provider_id, station_id, csr, csr_sha256, spki_sha256, fqdn, mac, serial, product,
                string_to_array(devices, U&'\001F'), string_to_array(authorities, U&'\001F'), profile, idempotency_key, note, submitted_by,
                submitted_token, string_to_array(addresses, U&'\001F'), succeeds, succession, approvals_needed, approval_expires_at,
                order_id, issue, reissue_reason, case when approvals_needed > 0 then 'AwaitingApproval' else 'Queued' end
            from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::bytea[], $7::bytea[], $8::bytea[], $9::text[], $10::text[],
                $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[],
                $19::uuid[], $20::text[], $21::uuid[], $22::text[], $23::smallint[], $24::timestamptz[], $25::uuid[], $26::smallint[], $27::text[])
                as r(id, kind, lane, provider_id, station_id, csr, csr_sha256, spki_sha256, fqdn, mac, serial, product,
                    devices, authorities, profile, idempotency_key, note, submitted_by, submitted_token, addresses, succeeds, succession,
                    approvals_needed, approval_expires_at, order_id, issue, reissue_reason)
            order by mac, id
            on conflict do nothing
            returning id
        ), logged as (
            insert into sa.log_entry ({LogEntryColumns.Names})
            select {LogEntryColumns.Names}
            from rows from (unnest($1::uuid[]), {LogEntryColumns.Unnest(28)}) with ordinality as e(request, {LogEntryColumns.Names}, place)
            where request in (select id from inserted)
            order by place
        )
        select id from inserted
        """;

    /// <summary>
    /// One transaction for the batch: each row that is not kept out by an existing one goes in, with its entry. The
    /// outcomes stand in the order of the requests. A request that is kept out leaves no entry: the caller decides what it was.
    /// </summary>
    /// <exception cref="NpgsqlException">See <see cref="DatabaseFaults.IsTransient"/>. Repeating the call is safe.</exception>
    public async Task<SubmitOutcome[]> SubmitAsync(
        IReadOnlyList<(NewSigningRequest Request, LogEntry Entry)> submissions,
        CancellationToken cancellation = default
    )
    {
        var outcomes = new SubmitOutcome?[submissions.Count];
        var open = Enumerable.Range(0, submissions.Count).ToList();
        // A row in the way may be given up between the two looks at it; then the next round goes in.
        for (var round = 0; open.Count > 0; round++)
        {
            if (round == Rounds)
                throw new TimeoutException($"{open.Count} requests collide with rows that come and go.");

            var drawn = await DrawAsync([.. open.Select(i => submissions[i])], cancellation);
            foreach (var i in open)
                outcomes[i] = drawn.OutcomeOf(submissions[i].Request);

            var keptOut = open.Where(i => outcomes[i] is null).ToList();
            if (keptOut.Count > 0)
            {
                var collisions = await FindCollisions.Async(dataSource, [.. keptOut.Select(i => submissions[i].Request)], cancellation);
                foreach (var (i, outcome) in keptOut.Zip(collisions))
                    outcomes[i] = outcome;
            }

            open = [.. keptOut.Where(i => outcomes[i] is null)];
        }

        return outcomes!;
    }

    /// <summary>One request of a tenant, if its quotas leave room for it. A repetition is the existing request, whatever they say.</summary>
    /// <returns>Either what became of it, or the quota that it would break; then nothing was written.</returns>
    /// <exception cref="NpgsqlException">As above.</exception>
    public async Task<(SubmitOutcome? Outcome, UsedUp? Breach)> SubmitWithinAsync(
        TenantQuotas quotas,
        NewSigningRequest request,
        LogEntry entry,
        CancellationToken cancellation = default
    )
    {
        for (var round = 0; round < Rounds; round++)
        {
            var (isInserted, breach) = await InsertWithinAsync(quotas, request, entry, cancellation);
            if (isInserted)
                return (SubmitOutcome.Accepted, null);
            if (breach is not null)
                return (null, breach);
            if ((await FindCollisions.Async(dataSource, [request], cancellation))[0] is { } outcome)
                return (outcome, null);
        }

        throw new TimeoutException("The request collides with rows that come and go.");
    }

    private async Task<(bool IsInserted, UsedUp? Breach)> InsertWithinAsync(
        TenantQuotas quotas,
        NewSigningRequest request,
        LogEntry entry,
        CancellationToken cancellation
    )
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await quotas.LockAsync(connection, cancellation);
        if ((await InsertAsync(connection, [(request, entry)], cancellation)).Count == 0)
            return (false, null);
        // Without a commit the row and its entry never were.
        if (await quotas.FindBreachAsync(connection, entry.At, cancellation) is { } breach)
            return (false, breach);

        await transaction.CommitAsync(cancellation);
        await Notifications.QueuedAsync(connection, [request.Lane]);
        return (true, null);
    }

    /// <summary>All at once, as nearly always; where an order has too few units left for that, as many as it has.</summary>
    private async Task<DrawnUnits> DrawAsync((NewSigningRequest Request, LogEntry Entry)[] submissions, CancellationToken cancellation)
    {
        try
        {
            return new DrawnUnits(await InsertAsync(submissions, cancellation), new HashSet<Guid>());
        }
        catch (PostgresException e) when (DrawUnits.IsShort(e))
        {
            return await new DrawUnits(dataSource, InsertAsync).RunAsync(submissions, cancellation);
        }
    }

    private async Task<HashSet<Guid>> InsertAsync((NewSigningRequest Request, LogEntry Entry)[] submissions, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await InsertOnceAsync(submissions, cancellation);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected && attempt < Rounds)
            {
                // Two batches with the same serials in another order; this one lost and nothing of it was written.
            }
        }
    }

    private async Task<HashSet<Guid>> InsertOnceAsync(
        (NewSigningRequest Request, LogEntry Entry)[] submissions,
        CancellationToken cancellation
    )
    {
        // Each command is a transaction of its own, the announcement comes after the commit, and both are one round trip.
        await using var batch = dataSource.CreateBatch();
        batch.EnableErrorBarriers = true;
        var insert = new NpgsqlBatchCommand(Insert);
        AddParameters(insert.Parameters, submissions);
        batch.BatchCommands.Add(insert);
        foreach (var lane in submissions.Select(s => s.Request.Lane).Distinct())
            batch.BatchCommands.Add(Notifications.Queued(lane));

        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        return await ReadIdsAsync(reader, cancellation);
    }

    /// <summary>In the transaction that the connection is in.</summary>
    internal static async Task<HashSet<Guid>> InsertAsync(
        NpgsqlConnection connection,
        (NewSigningRequest Request, LogEntry Entry)[] submissions,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(Insert, connection);
        AddParameters(command.Parameters, submissions);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await ReadIdsAsync(reader, cancellation);
    }

    private static async Task<HashSet<Guid>> ReadIdsAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var ids = new HashSet<Guid>();
        while (await reader.ReadAsync(cancellation))
            ids.Add(reader.GetGuid(0));
        // To the end: that it is committed is said behind the rows, and closing the reader would pass over a timeout there.
        while (await reader.NextResultAsync(cancellation)) { }
        return ids;
    }

    private static void AddParameters(NpgsqlParameterCollection parameters, (NewSigningRequest Request, LogEntry Entry)[] submissions)
    {
        AddColumns(parameters, [.. submissions.Select(s => s.Request)]);
        LogEntryColumns.AddTo(parameters, [.. submissions.Select(s => s.Entry)]);
    }

    private static void AddColumns(NpgsqlParameterCollection parameters, NewSigningRequest[] requests)
    {
        parameters.AddColumn(requests, r => r.Id.Value);
        parameters.AddColumn(requests, r => r.Kind.ToString());
        parameters.AddColumn(requests, r => r.Lane.ToString());
        parameters.AddColumn(requests, r => r.ProviderId);
        parameters.AddColumn(requests, r => r.StationId);
        parameters.AddColumn(requests, r => r.Csr);
        parameters.AddColumn(requests, r => r.CsrSha256);
        parameters.AddColumn(requests, r => r.PublicKeySha256);
        parameters.AddColumn(requests, r => r.Fqdn);
        parameters.AddColumn(requests, r => r.Mac);
        parameters.AddColumn(requests, r => r.Serial);
        parameters.AddColumn(requests, r => r.Product);
        parameters.AddColumn(requests, r => Join(r.Devices));
        parameters.AddColumn(requests, r => Join(r.Authorities));
        parameters.AddColumn(requests, r => r.Profile);
        parameters.AddColumn(requests, r => r.IdempotencyKey);
        parameters.AddColumn(requests, r => r.Note);
        parameters.AddColumn(requests, r => r.SubmittedBy);
        parameters.AddColumn(requests, r => r.SubmittedToken);
        parameters.AddColumn(requests, r => Join(r.Addresses));
        parameters.AddColumn(requests, r => r.Succession?.Predecessor.Value);
        parameters.AddColumn(requests, r => r.Succession?.Kind.ToString());
        parameters.AddColumn(requests, r => (short)r.ApprovalsNeeded);
        parameters.AddColumn(requests, r => r.ApprovalExpiresAt);
        parameters.AddColumn(requests, r => r.OrderId);
        parameters.AddColumn(requests, r => (short)r.Issue);
        parameters.AddColumn(requests, r => r.ReissueReason?.ToString());
    }

    private static string Join(IReadOnlyList<string> names) =>
        names.Any(name => name.Length == 0 || name.Contains(Separator))
            ? throw new ArgumentException("A name in a list is not empty and holds no separator.", nameof(names))
            : string.Join(Separator, names);
}
