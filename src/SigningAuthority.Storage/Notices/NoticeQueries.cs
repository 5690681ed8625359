using Npgsql;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Storage.Notices;

/// <summary>What providers and operators see of notices, and do with them. Thread-safe.</summary>
public sealed class NoticeQueries(NpgsqlDataSource dataSource, TimeProvider? time = null)
{
    private const string OfProvider = $"""
        select {NoticeRows.Columns} from sa.notice n {NoticeRows.Joins}
        where n.provider_id = $1 and ($2::text is null or n.state = $2)
            and ($3::uuid is null or (n.planned_at, n.id) < (select b.planned_at, b.id from sa.notice b where b.id = $3 and b.provider_id = $1))
        order by n.planned_at desc, n.id desc limit $4
        """;

    private const string InState = $"""
        select {NoticeRows.Columns} from sa.notice n {NoticeRows.Joins} where n.state = $1 order by n.planned_at desc, n.id desc limit $2
        """;

    // A test that waits is the test that is asked for: a contact can't be flooded with them.
    private const string InsertTest = """
        insert into sa.notice (id, kind, provider_id, contact_id)
        select $1, 'Test', k.provider_id, k.id from sa.contact k where k.id = $2 and k.provider_id = $3 and k.removed_at is null
            and not exists (select from sa.notice n where n.contact_id = k.id and n.kind = 'Test' and n.state in ('Pending', 'Delivering'))
        """;

    private const string OpenTest = $"""
        select {NoticeRows.Columns} from sa.notice n {NoticeRows.Joins}
        where n.contact_id = $1 and n.provider_id = $2 and n.kind = 'Test' order by n.planned_at desc, n.id desc limit 1
        """;

    private const string Retry = """
        update sa.notice set state = 'Pending', attempts = 0, due_at = now(), give_up_at = null, finished_at = null
        where id = $1 and state = 'Failed' returning request_id
        """;

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>A page of a provider's notices, the newest first.</summary>
    /// <param name="providerId">The tenant.</param>
    /// <param name="state">Only these, or all.</param>
    /// <param name="before">The last id of the page before this one; one that the provider does not have gives an empty page.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async Task<IReadOnlyList<Notice>> ListOfProviderAsync(
        Guid providerId,
        NoticeState? state,
        Guid? before,
        int limit,
        CancellationToken cancellation = default
    )
    {
        await using var command = dataSource.CreateCommand(OfProvider);
        command.Parameters.AddValue(providerId);
        command.Parameters.AddValue(state?.ToString());
        command.Parameters.AddValue(before);
        command.Parameters.AddValue(limit);
        return await NoticeRows.ReadAllAsync(command, cancellation);
    }

    /// <summary>The newest in a state, for operators.</summary>
    public async Task<IReadOnlyList<Notice>> ListAsync(NoticeState state, int limit, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(InState);
        command.Parameters.AddValue(state.ToString());
        command.Parameters.AddValue(limit);
        return await NoticeRows.ReadAllAsync(command, cancellation);
    }

    /// <summary>Queues a test of a contact. As role sa_api.</summary>
    /// <returns>Null when the provider has no such contact; else the test, and whether it is a new one.</returns>
    public async Task<(Notice Notice, bool IsNew)?> TestAsync(Guid providerId, Guid contactId, CancellationToken cancellation = default)
    {
        await using var insert = dataSource.CreateCommand(InsertTest);
        insert.Parameters.AddValue(Guid.CreateVersion7(_time.GetUtcNow()));
        insert.Parameters.AddValue(contactId);
        insert.Parameters.AddValue(providerId);
        var isNew = await insert.ExecuteNonQueryAsync(cancellation) == 1;
        await using var select = dataSource.CreateCommand(OpenTest);
        select.Parameters.AddValue(contactId);
        select.Parameters.AddValue(providerId);
        var found = await NoticeRows.ReadAllAsync(select, cancellation);
        return found is [var notice] && (isNew || notice.State is NoticeState.Pending or NoticeState.Delivering) ? (notice, isNew) : null;
    }

    /// <summary>Has a failed notice sent again, with three more days. As role sa_operator.</summary>
    /// <returns>False when there is no such notice, or it has not failed.</returns>
    public async Task<bool> RetryAsync(Guid id, string actor, CancellationToken cancellation = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        Guid? request;
        await using (var command = new NpgsqlCommand(Retry, connection))
        {
            command.Parameters.AddValue(id);
            await using var row = await command.ExecuteReaderAsync(cancellation);
            if (!await row.ReadAsync(cancellation))
                return false;
            request = row.GetFieldValue<Guid?>(0);
        }

        await AppendLogEntries.AddAsync(
            connection,
            [
                new NoticeRetried
                {
                    At = _time.GetUtcNow(),
                    Actor = actor,
                    RequestId = request,
                    NoticeId = id,
                },
            ],
            cancellation
        );
        await transaction.CommitAsync(cancellation);
        return true;
    }
}
