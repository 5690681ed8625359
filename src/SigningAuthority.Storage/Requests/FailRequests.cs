using Npgsql;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Storage.Requests;

/// <summary>Gives requests up: one that its holder can't finish, and those whose attempts are spent.</summary>
internal static class FailRequests
{
    private const int SweptAtOnce = 500;
    private const string Spent = "The attempts are spent.";

    private const string Fail = """
        update sa.signing_request set state = 'Failed', leased_by = null, finished_at = now(), failure = $2 where id = $1
        """;

    private const string Sweep = $"""
        with spent as (
            select id from sa.signing_request
            where lane in ('Provider', 'Device') and open and due_at <= now() and attempts >= $1
            order by id limit $2
            for update skip locked
        )
        update sa.signing_request r set state = 'Failed', leased_by = null, finished_at = now(), failure = coalesce(r.failure, '{Spent}')
        from spent where r.id = spent.id
        returning {SigningRequestRows.Columns}
        """;

    internal static async Task FailAsync(
        NpgsqlDataSource dataSource,
        Guid instance,
        SigningRequestId request,
        string reason,
        LogEntry entry,
        CancellationToken cancellation
    )
    {
        if (entry is not RequestFailed || entry.RequestId != request.Value)
            throw new ArgumentException("A request fails with its own entry.", nameof(entry));

        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using (var transaction = await connection.BeginTransactionAsync(cancellation))
        {
            await HeldRequests.RequireAsync(connection, instance, [request], cancellation);
            await using var batch = new NpgsqlBatch(connection);
            var fail = new NpgsqlBatchCommand(Fail);
            fail.Parameters.AddValue(request.Value);
            fail.Parameters.AddValue(reason);
            batch.BatchCommands.Add(fail);
            AppendLogEntries.AddTo(batch, [entry]);
            await batch.ExecuteNonQueryAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }

        await Notifications.FinishedAsync(connection, [request]);
    }

    internal static async Task<int> FailExhaustedAsync(
        NpgsqlDataSource dataSource,
        Guid instance,
        int maximumAttempts,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        var failed = new List<SigningRequestRecord>();
        await using (var transaction = await connection.BeginTransactionAsync(cancellation))
        {
            await using (var sweep = new NpgsqlCommand(Sweep, connection))
            {
                sweep.Parameters.AddValue(maximumAttempts);
                sweep.Parameters.AddValue(SweptAtOnce);
                await using var reader = await sweep.ExecuteReaderAsync(cancellation);
                while (await reader.ReadAsync(cancellation))
                    failed.Add(SigningRequestRows.Read(reader));
            }

            await AppendLogEntries.AddAsync(connection, [.. failed.Select(request => Entry(request, instance, time))], cancellation);
            await transaction.CommitAsync(cancellation);
        }

        await Notifications.FinishedAsync(connection, failed.Select(request => request.Id));
        return failed.Count;
    }

    private static RequestFailed Entry(SigningRequestRecord request, Guid instance, TimeProvider time) =>
        new()
        {
            At = time.GetUtcNow(),
            Actor = $"signer/{instance}",
            Subject = request.Fqdn,
            RequestId = request.Id.Value,
            Mac = request.Mac,
            Serial = request.Serial,
            Reason = request.Failure ?? Spent,
            Attempts = request.Attempts,
        };
}
