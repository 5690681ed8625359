using Npgsql;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Storage.Production;

/// <summary>
/// Ends a production order before its time: whatever is asked for from then on is refused, at the door within a second and at the key at
/// once. Needs role sa_operator. Thread-safe.
/// </summary>
public sealed class CloseOrder(NpgsqlDataSource dataSource, TimeProvider? time = null)
{
    private const string Update = """
        update sa.production_order set closed_at = now(), closed_by = $2 where name = $1 and closed_at is null returning drawn, quantity
        """;

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <returns>How many of its units were drawn; null where no open order has that name.</returns>
    public async Task<int?> RunAsync(string name, string reason, string actor, CancellationToken cancellation = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await UpdateAsync(connection, name, actor, cancellation) is not var (drawn, quantity))
            return null;

        await AppendLogEntries.AddAsync(
            connection,
            [
                new OrderClosed
                {
                    At = _time.GetUtcNow(),
                    Actor = actor,
                    Subject = name,
                    Order = name,
                    Reason = reason,
                    Drawn = drawn,
                    Quantity = quantity,
                },
            ],
            cancellation
        );
        await transaction.CommitAsync(cancellation);
        return drawn;
    }

    private static async Task<(int Drawn, int Quantity)?> UpdateAsync(
        NpgsqlConnection connection,
        string name,
        string actor,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(Update, connection);
        command.Parameters.AddValue(name);
        command.Parameters.AddValue(actor);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? (reader.GetInt32(0), reader.GetInt32(1)) : null;
    }
}
