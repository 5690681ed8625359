using Npgsql;
using SigningAuthority.Issuance.Production;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Revocations;

namespace SigningAuthority.Storage.Requests;

/// <summary>
/// Puts a unit's next request into the queue and marks the certificates before it revoked, in one transaction: there is no moment
/// at which the unit could have two. As role sa_api. Thread-safe.
/// </summary>
public sealed class SubmitReissue(NpgsqlDataSource dataSource)
{
    private const int Rounds = 5;

    internal static bool IsExhausted(PostgresException exception) =>
        exception is { SqlState: PostgresErrorCodes.CheckViolation, ConstraintName: "production_order_reissued" };

    /// <param name="request">With <see cref="NewSigningRequest.Issue"/>, reason and predecessor.</param>
    /// <param name="entry">Of the request.</param>
    /// <param name="note">The station's words, or null.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    /// <exception cref="NpgsqlException">See <see cref="DatabaseFaults.IsTransient"/>. Repeating the call is safe.</exception>
    public async Task<SubmitOutcome> RunAsync(
        NewSigningRequest request,
        LogEntry entry,
        string? note,
        CancellationToken cancellation = default
    )
    {
        for (var round = 0; round < Rounds; round++)
        {
            try
            {
                if (await TryAsync(request, entry, note, cancellation))
                    return SubmitOutcome.Accepted;
            }
            catch (PostgresException e) when (IsExhausted(e))
            {
                return SubmitOutcome.ReissuesExhausted;
            }

            // The row in the way may be given up between the two looks at it.
            if ((await FindCollisions.Async(dataSource, [request], cancellation))[0] is { } outcome)
                return outcome;
        }

        throw new TimeoutException("The request collides with rows that come and go.");
    }

    private async Task<bool> TryAsync(NewSigningRequest request, LogEntry entry, string? note, CancellationToken cancellation)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if ((await SubmitSigningRequests.InsertAsync(connection, [(request, entry)], cancellation)).Count == 0)
            return false;

        await RevokeBefore.AddAsync(connection, request, request.ReissueReason!.Value, note, entry.At, cancellation);
        await transaction.CommitAsync(cancellation);
        await Notifications.QueuedAsync(connection, [request.Lane]);
        return true;
    }
}
