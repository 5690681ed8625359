using Npgsql;

namespace SigningAuthority.Storage.Notices;

/// <summary>What a run of the planner did.</summary>
/// <param name="Planned">Notices to be sent.</param>
/// <param name="Skipped">Written down as not sent, because a more urgent one was due at the same time.</param>
/// <param name="Settled">Waiting ones that need not be sent any more.</param>
public sealed record NoticePlan(int Planned, int Skipped, int Settled);

/// <summary>Plans what providers are told of certificates that end. As role sa_signer. Running it again changes nothing. Thread-safe.</summary>
public sealed class PlanExpiryNotices(NpgsqlDataSource dataSource)
{
    // One notice a certificate, number of days and contact, for ever: the anti-join finds what is missing, the unique index keeps two
    // planners from the same row. A planner that did not run for weeks, or a contact added late, finds several due at once: the most
    // urgent is sent, and the others stand there as not sent.
    private const string Plan = """
        with due as (
            select r.provider_id, k.id as contact_id, c.request_id, c.authority, d.days,
                min(d.days) over (partition by c.request_id, c.authority, k.id) as urgent
            from sa.contact k
                join sa.signing_request r on r.provider_id = k.provider_id and r.kind = 'ProvisioningServer' and r.state = 'Issued'
                join sa.certificate c on c.request_id = r.id
                join unnest($2::integer[]) as d(days) on c.not_after - make_interval(days => d.days) <= $1
            where k.removed_at is null and 'Expiry' = any(k.about) and c.not_after > $1 - $3::interval
        ), missing as (
            select due.* from due
            where not exists (select from sa.notice n where n.request_id = due.request_id and n.authority = due.authority
                    and n.days_before = due.days and n.contact_id = due.contact_id)
                and not exists (select from sa.end_of_notice(due.contact_id, due.request_id, due.authority, due.urgent) e where e.state is not null)
        ), planned as (
            insert into sa.notice (kind, provider_id, contact_id, request_id, authority, days_before, state, last_error, finished_at)
            select 'Expiry', provider_id, contact_id, request_id, authority, days,
                case when days = urgent then 'Pending' else 'Skipped' end,
                case when days > urgent then 'a more urgent notice was due' end,
                case when days > urgent then now() end
            from missing
            on conflict do nothing
            returning state
        )
        select count(*) filter (where state = 'Pending'), count(*) filter (where state = 'Skipped') from planned
        """;

    // After planning, so that a notice that has just become the more urgent one counts.
    private const string Settle = """
        update sa.notice n set state = e.state, last_error = e.reason, finished_at = now()
        from (select w.id, f.state, f.reason from sa.notice w
            cross join lateral sa.end_of_notice(w.contact_id, w.request_id, w.authority, w.days_before) f
            where w.kind = 'Expiry' and w.state = 'Pending' and f.state is not null) e
        where n.id = e.id and n.state = 'Pending'
        """;

    // A planner that was away may have missed the end itself: that is worth being told too, for a while.
    private static readonly TimeSpan AfterTheEnd = TimeSpan.FromDays(7);

    /// <param name="now">Planned as if it were this time.</param>
    /// <param name="daysBefore">Before a certificate's end, each more than 0.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async Task<NoticePlan> RunAsync(DateTimeOffset now, IReadOnlyList<int> daysBefore, CancellationToken cancellation = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var (planned, skipped) = await PlanAsync(connection, now, daysBefore, cancellation);
        await using var settle = new NpgsqlCommand(Settle, connection);
        var settled = await settle.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return new NoticePlan(planned, skipped, settled);
    }

    private static async Task<(int Planned, int Skipped)> PlanAsync(
        NpgsqlConnection connection,
        DateTimeOffset now,
        IReadOnlyList<int> daysBefore,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(Plan, connection);
        command.Parameters.AddValue(now.UtcDateTime);
        command.Parameters.AddValue(daysBefore.ToArray());
        command.Parameters.AddValue(AfterTheEnd);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return ((int)row.GetInt64(0), (int)row.GetInt64(1));
    }
}
