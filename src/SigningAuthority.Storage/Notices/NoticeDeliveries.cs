using Npgsql;
using SigningAuthority.Issuance.Roots;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Storage.Notices;

/// <summary>A notice under this instance's lease.</summary>
/// <param name="Notice">This attempt counted.</param>
/// <param name="Secret">A webhook's HMAC key: 32 octets.</param>
/// <param name="Provider">The tenant's name.</param>
/// <param name="Devices">What the certificate's request named.</param>
/// <param name="GiveUpAt">A failure from then on is the last.</param>
/// <param name="End">Set when it need not be sent any more: the state that says so, and why.</param>
public sealed record ClaimedNotice(
    Notice Notice,
    byte[]? Secret,
    string Provider,
    IReadOnlyList<string> Devices,
    DateTimeOffset GiveUpAt,
    (NoticeState State, string Reason)? End
)
{
    /// <summary>What there is to tell of the roots; nothing for other notices.</summary>
    public IReadOnlyList<RootChange> RootChanges { get; init; } = [];
}

/// <summary>
/// Outreach's view of notices: what is due is claimed with a lease, and a result is written while the lease stands. What dies in between is
/// claimed again, so a contact may get a notice twice, with the same id, and never not at all. As role sa_outreach. Thread-safe.
/// </summary>
/// <param name="dataSource">As role sa_outreach.</param>
/// <param name="instance">Different for each start of each process.</param>
public sealed class NoticeDeliveries(NpgsqlDataSource dataSource, Guid instance)
{
    private const string Claim = $"""
        with due as (
            select id from sa.notice where state in ('Pending', 'Delivering') and due_at <= now() order by due_at, id limit $1 for update skip locked
        ), n as (
            update sa.notice c set state = 'Delivering', leased_by = $2, due_at = now() + $3, attempts = c.attempts + 1,
                give_up_at = coalesce(c.give_up_at, now() + $4)
            from due where c.id = due.id
            returning c.*
        )
        select {NoticeRows.Columns}, k.secret, p.name, r.devices, n.give_up_at, e.state, e.reason, m.manifest, b.manifest
        from n {NoticeRows.Joins}
            join sa.provider p on p.id = n.provider_id
            left join sa.root_manifest m on m.version = n.root_version
            left join sa.root_manifest b on b.version = n.root_version - 1
            -- That a certificate was followed or revoked ends what is told of its end, and not that it was issued.
            cross join lateral sa.end_of_notice(n.contact_id, case when n.kind = 'Expiry' then n.request_id end, n.authority, n.days_before) e
        order by n.id
        """;

    private const string Held = "where id = $1 and state = 'Delivering' and leased_by = $2";

    private const string Finish = $"""
        update sa.notice set state = $3, leased_by = null, last_error = $4, finished_at = now() {Held}
        """;

    private const string FinishUnsent = $"""
        update sa.notice set state = $3, leased_by = null, last_error = $4, finished_at = now(), attempts = attempts - 1 {Held}
        """;

    private const string PutBack = $"""
        update sa.notice set state = 'Pending', leased_by = null, last_error = $3, due_at = now() + $4 {Held}
        """;

    /// <summary>Takes what is due, the longest due first: waiting ones, and those whose lease ran out.</summary>
    /// <param name="limit">At most so many.</param>
    /// <param name="lease">Longer than an attempt can take.</param>
    /// <param name="patience">From a notice's first attempt until it is given up.</param>
    /// <param name="cancellation">Abandoning is safe: the lease runs out.</param>
    public async Task<IReadOnlyList<ClaimedNotice>> ClaimAsync(
        int limit,
        TimeSpan lease,
        TimeSpan patience,
        CancellationToken cancellation = default
    )
    {
        await using var command = dataSource.CreateCommand(Claim);
        command.Parameters.AddValue(limit);
        command.Parameters.AddValue(instance);
        command.Parameters.AddValue(lease);
        command.Parameters.AddValue(patience);
        var claimed = new List<ClaimedNotice>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            claimed.Add(Read(reader));
        return claimed;
    }

    /// <summary>The contact took it. The entry is written in the same transaction.</summary>
    /// <returns>False when the lease was lost; nothing was written.</returns>
    public Task<bool> DeliveredAsync(ClaimedNotice claimed, NoticeDelivered entry, CancellationToken cancellation = default) =>
        FinishAsync(Finish, claimed.Notice.Id, NoticeState.Delivered, null, entry, cancellation);

    /// <summary>It is given up. The entry is written in the same transaction.</summary>
    /// <returns>False when the lease was lost; nothing was written.</returns>
    public Task<bool> FailedAsync(ClaimedNotice claimed, string error, NoticeFailed entry, CancellationToken cancellation = default) =>
        FinishAsync(Finish, claimed.Notice.Id, NoticeState.Failed, error, entry, cancellation);

    /// <summary>It need not be sent: <see cref="ClaimedNotice.End"/> says why. No attempt is counted.</summary>
    /// <returns>False when the lease was lost; nothing was written.</returns>
    public Task<bool> EndedAsync(ClaimedNotice claimed, CancellationToken cancellation = default) =>
        claimed.End is { } end
            ? FinishAsync(FinishUnsent, claimed.Notice.Id, end.State, end.Reason, null, cancellation)
            : throw new ArgumentException("This notice is to be sent.", nameof(claimed));

    /// <summary>It is tried again after a while.</summary>
    /// <returns>False when the lease was lost; nothing was written.</returns>
    public async Task<bool> PutBackAsync(ClaimedNotice claimed, string error, TimeSpan delay, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(PutBack);
        command.Parameters.AddValue(claimed.Notice.Id);
        command.Parameters.AddValue(instance);
        command.Parameters.AddValue(error);
        command.Parameters.AddValue(delay);
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }

    private async Task<bool> FinishAsync(
        string sql,
        Guid id,
        NoticeState state,
        string? error,
        LogEntry? entry,
        CancellationToken cancellation
    )
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var command = new NpgsqlCommand(sql, connection))
        {
            command.Parameters.AddValue(id);
            command.Parameters.AddValue(instance);
            command.Parameters.AddValue(state.ToString());
            command.Parameters.AddValue(error);
            if (await command.ExecuteNonQueryAsync(cancellation) == 0)
                return false;
        }

        if (entry is not null)
            await AppendLogEntries.AddAsync(connection, [entry], cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private static ClaimedNotice Read(NpgsqlDataReader row)
    {
        const int own = NoticeRows.Count;
        return new ClaimedNotice(
            NoticeRows.Read(row),
            row.IsDBNull(own) ? null : row.GetFieldValue<byte[]>(own),
            row.GetString(own + 1),
            row.IsDBNull(own + 2) ? [] : row.GetFieldValue<string[]>(own + 2),
            row.GetFieldValue<DateTimeOffset>(own + 3),
            row.IsDBNull(own + 4) ? null : (Enum.Parse<NoticeState>(row.GetString(own + 4)), row.GetString(own + 5))
        )
        {
            RootChanges = row.IsDBNull(own + 6) ? [] : RootChange.Between(ReadManifest(row, own + 7), ReadManifest(row, own + 6)!),
        };
    }

    private static RootManifest? ReadManifest(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : RootManifest.Read(row.GetFieldValue<byte[]>(column));
}
