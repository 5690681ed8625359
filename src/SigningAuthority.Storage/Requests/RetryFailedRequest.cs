using Npgsql;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Storage.Requests;

public enum RetryOutcome
{
    Retried,

    /// <summary>No such request, or it has not failed.</summary>
    NotFailed,

    /// <summary>The device asked again in the meantime; that request stands.</summary>
    Superseded,

    /// <summary>Its production order has no unit left: the place that it gave back is another's.</summary>
    Exhausted,
}

/// <summary>An operator puts a failed request back into the queue, with all its attempts. As role sa_operator.</summary>
public sealed class RetryFailedRequest(NpgsqlDataSource dataSource, TimeProvider? time = null)
{
    private const string Retry = """
        update sa.signing_request set state = 'Queued', attempts = 0, due_at = now(), failure = null, finished_at = null
        where id = $1 and state = 'Failed'
        returning lane, fqdn, mac, serial
        """;

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <param name="request">In state Failed.</param>
    /// <param name="reason">Goes into the log.</param>
    /// <param name="actor">As the log names it.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async Task<RetryOutcome> RunAsync(
        SigningRequestId request,
        string reason,
        string actor,
        CancellationToken cancellation = default
    )
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        Lane lane;
        await using (var transaction = await connection.BeginTransactionAsync(cancellation))
        {
            RequestRetried entry;
            await using (var command = new NpgsqlCommand(Retry, connection))
            {
                command.Parameters.AddValue(request.Value);
                try
                {
                    await using var row = await command.ExecuteReaderAsync(cancellation);
                    if (!await row.ReadAsync(cancellation))
                        return RetryOutcome.NotFailed;
                    lane = Enum.Parse<Lane>(row.GetString(0));
                    entry = Entry(request, reason, actor, row);
                }
                catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
                {
                    return RetryOutcome.Superseded;
                }
                catch (PostgresException e) when (DrawUnits.IsExhausted(e) || SubmitReissue.IsExhausted(e))
                {
                    return RetryOutcome.Exhausted;
                }
            }

            await AppendLogEntries.AddAsync(connection, [entry], cancellation);
            await transaction.CommitAsync(cancellation);
        }

        await Notifications.QueuedAsync(connection, [lane]);
        return RetryOutcome.Retried;
    }

    private RequestRetried Entry(SigningRequestId request, string reason, string actor, NpgsqlDataReader row) =>
        new()
        {
            At = _time.GetUtcNow(),
            Actor = actor,
            RequestId = request.Value,
            Subject = row.IsDBNull(1) ? null : row.GetString(1),
            Mac = row.IsDBNull(2) ? null : row.GetString(2),
            Serial = row.IsDBNull(3) ? null : row.GetString(3),
            Reason = reason,
        };
}
