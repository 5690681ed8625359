using Npgsql;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Storage.Requests;

public enum WithdrawalOutcome
{
    Withdrawn,

    /// <summary>It was withdrawn before; nothing is written a second time.</summary>
    Repeated,

    /// <summary>The key room has begun with it, or it is finished.</summary>
    TooLate,

    /// <summary>The tenant has no such request.</summary>
    NotFound,
}

/// <summary>A provider takes back a request that nothing was signed for. As role sa_api. Thread-safe.</summary>
public sealed class WithdrawRequest(NpgsqlDataSource dataSource, TimeProvider? time = null)
{
    private const string Lock = """
        select fqdn from sa.signing_request
        where id = $1 and provider_id = $2 and kind = 'ProvisioningServer' and state in ('AwaitingApproval', 'Queued') for update
        """;

    // Handed back by a Signer whose token went away, a request stands in the queue with its intents: those are finished, not forgotten.
    private const string Withdraw = """
        update sa.signing_request set state = 'Withdrawn', finished_at = now() where id = $1 and not sa.has_intent($1)
        """;

    private const string State = "select state from sa.signing_request where id = $1 and provider_id = $2";

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    public async Task<WithdrawalOutcome> RunAsync(
        SigningRequestId id,
        Guid providerId,
        string? reason,
        string actor,
        CancellationToken cancellation = default
    )
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using (var transaction = await connection.BeginTransactionAsync(cancellation))
        {
            // Locked first: whether there are intents is asked by a statement younger than the lock.
            if (await ScalarAsync(connection, Lock, id, providerId, cancellation) is not { } fqdn)
                return await ExplainAsync(connection, id, providerId, cancellation);

            await using var withdraw = new NpgsqlCommand(Withdraw, connection);
            withdraw.Parameters.AddValue(id.Value);
            if (await withdraw.ExecuteNonQueryAsync(cancellation) == 0)
                return WithdrawalOutcome.TooLate;

            await AppendLogEntries.AddAsync(
                connection,
                [
                    new RequestWithdrawn
                    {
                        At = _time.GetUtcNow(),
                        Actor = actor,
                        Subject = fqdn,
                        RequestId = id.Value,
                        Reason = reason,
                    },
                ],
                cancellation
            );
            await transaction.CommitAsync(cancellation);
        }

        await Notifications.FinishedAsync(connection, [id]);
        return WithdrawalOutcome.Withdrawn;
    }

    private static async Task<WithdrawalOutcome> ExplainAsync(
        NpgsqlConnection connection,
        SigningRequestId id,
        Guid providerId,
        CancellationToken cancellation
    ) =>
        await ScalarAsync(connection, State, id, providerId, cancellation) switch
        {
            null => WithdrawalOutcome.NotFound,
            nameof(RequestState.Withdrawn) => WithdrawalOutcome.Repeated,
            _ => WithdrawalOutcome.TooLate,
        };

    private static async Task<string?> ScalarAsync(
        NpgsqlConnection connection,
        string sql,
        SigningRequestId id,
        Guid providerId,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddValue(id.Value);
        command.Parameters.AddValue(providerId);
        return (string?)await command.ExecuteScalarAsync(cancellation);
    }
}
