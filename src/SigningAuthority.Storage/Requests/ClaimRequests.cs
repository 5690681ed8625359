using Npgsql;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Certificates;

namespace SigningAuthority.Storage.Requests;

/// <summary>Claims a batch in one round trip.</summary>
internal static class ClaimRequests
{
    // A claim that a crash of Postgres forgets leaves the row claimable and its first holder without a lease, which the
    // commit of the intents finds out. So it need not wait for the disk. And it goes along the queue's index whatever the statistics say:
    // those from before the line began make a sort of the whole queue look cheap.
    private const string Settings = """
        select set_config('synchronous_commit', 'off', true), set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true)
        """;

    // "offset 0" keeps the look at each request's intents a look at an index: joined freely, and with statistics from before the line
    // began, Postgres sorts all that was ever intended (seen: 90 of a claim's 113 ms at 3,000 intents).
    private const string Claim = $"""
        with due as (
            select id from sa.signing_request
            where lane = $1 and open and due_at <= now() and attempts < $5 and ($6 or leased_by is distinct from $3)
            order by submitted_at limit $2
            for update skip locked
        ), r as (
            update sa.signing_request c
            set state = 'Signing', leased_by = $3, due_at = now() + $4, attempts = c.attempts + 1
            from due where c.id = due.id
            returning c.*
        )
        select {SigningRequestRows.Columns},
            i.authority, i.serial_number, i.to_be_signed, i.profile, i.not_before, i.not_after, i.policy_hash,
            i.der, i.sha256, i.spki_sha256, i.issued_at
        from r left join lateral (
            select i.*, k.der, k.sha256, k.spki_sha256, k.issued_at
            from sa.intent i left join sa.certificate k on k.request_id = i.request_id and k.authority = i.authority
            where i.request_id = r.id offset 0) i on true
        order by r.id, i.authority
        """;

    private const int Intent = SigningRequestRows.Count;
    private const int Certificate = Intent + 7;

    internal static async Task<IReadOnlyList<ClaimedRequest>> RunAsync(
        NpgsqlDataSource dataSource,
        Guid instance,
        int maximumAttempts,
        Lane lane,
        int limit,
        TimeSpan lease,
        bool alsoOwn,
        CancellationToken cancellation
    )
    {
        await using var batch = dataSource.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Settings));
        var claim = new NpgsqlBatchCommand(Claim);
        claim.Parameters.AddValue(lane.ToString());
        claim.Parameters.AddValue(limit);
        claim.Parameters.AddValue(instance);
        claim.Parameters.AddValue(lease);
        claim.Parameters.AddValue(maximumAttempts);
        claim.Parameters.AddValue(alsoOwn);
        batch.BatchCommands.Add(claim);

        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        return await ReadAsync(reader, cancellation);
    }

    // A request with intents of several authorities comes as several rows, one after another.
    private static async Task<IReadOnlyList<ClaimedRequest>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var claimed = new List<(SigningRequestRecord Request, List<NewIntent> Intents, List<IssuedCertificate> Certificates)>();
        while (await reader.ReadAsync(cancellation))
        {
            var id = new SigningRequestId(reader.GetGuid(0));
            if (claimed.Count == 0 || claimed[^1].Request.Id != id)
                claimed.Add((SigningRequestRows.Read(reader), [], []));
            if (reader.IsDBNull(Intent))
                continue;

            var intent = ReadIntent(reader, id);
            claimed[^1].Intents.Add(intent);
            if (!reader.IsDBNull(Certificate))
                claimed[^1].Certificates.Add(ReadCertificate(reader, intent));
        }

        return [.. claimed.Select(c => new ClaimedRequest(c.Request, c.Intents, c.Certificates))];
    }

    private static NewIntent ReadIntent(NpgsqlDataReader row, SigningRequestId request) =>
        new(
            request,
            row.GetString(Intent),
            CertificateSerialNumber.FromBytes(row.GetFieldValue<byte[]>(Intent + 1)),
            row.GetFieldValue<byte[]>(Intent + 2),
            row.GetString(Intent + 3),
            row.GetFieldValue<DateTimeOffset>(Intent + 4),
            row.GetFieldValue<DateTimeOffset>(Intent + 5),
            row.GetString(Intent + 6)
        );

    private static IssuedCertificate ReadCertificate(NpgsqlDataReader row, NewIntent intent) =>
        new()
        {
            RequestId = intent.RequestId,
            Authority = intent.Authority,
            SerialNumber = intent.SerialNumber,
            Der = row.GetFieldValue<byte[]>(Certificate),
            Sha256 = row.GetFieldValue<byte[]>(Certificate + 1),
            PublicKeySha256 = row.GetFieldValue<byte[]>(Certificate + 2),
            NotBefore = intent.NotBefore,
            NotAfter = intent.NotAfter,
            IssuedAt = row.GetFieldValue<DateTimeOffset>(Certificate + 3),
        };
}
