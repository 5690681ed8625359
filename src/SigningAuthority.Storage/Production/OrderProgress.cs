using Npgsql;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Storage.Production;

/// <summary>How far a production order is.</summary>
/// <param name="CreatedBy">As the log names actors.</param>
/// <param name="ClosedBy">Null while it is open.</param>
/// <param name="Units">How many units there are in each state, reissues aside.</param>
/// <param name="Reissued">How many certificates were issued for units that had one.</param>
public sealed record OrderProgress(
    string CreatedBy,
    DateTimeOffset CreatedAt,
    string? ClosedBy,
    IReadOnlyDictionary<RequestState, long> Units,
    long Reissued
)
{
    private const string SelectOrder = "select created_by, created_at, closed_by from sa.production_order where id = $1";

    private const string SelectUnits = """
        select state, issue > 1, count(*) from sa.signing_request where order_id = $1 and kind = 'Device' group by state, issue > 1
        """;

    /// <summary>In time proportional to the order's units.</summary>
    /// <exception cref="InvalidOperationException">There is no such order.</exception>
    public static async Task<OrderProgress> ReadAsync(NpgsqlDataSource dataSource, Guid order, CancellationToken cancellation = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        foreach (var select in (string[])[SelectOrder, SelectUnits])
        {
            var command = new NpgsqlBatchCommand(select);
            command.Parameters.AddValue(order);
            batch.BatchCommands.Add(command);
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
            throw new InvalidOperationException($"There is no production order {order}.");
        var progress = new OrderProgress(
            reader.GetString(0),
            reader.GetFieldValue<DateTimeOffset>(1),
            reader.IsDBNull(2) ? null : reader.GetString(2),
            new Dictionary<RequestState, long>(),
            0
        );
        await reader.NextResultAsync(cancellation);
        return await CountAsync(reader, progress, cancellation);
    }

    public long CountOf(RequestState state) => Units.GetValueOrDefault(state);

    private static async Task<OrderProgress> CountAsync(NpgsqlDataReader reader, OrderProgress progress, CancellationToken cancellation)
    {
        var (units, reissued) = (new Dictionary<RequestState, long>(), 0L);
        while (await reader.ReadAsync(cancellation))
        {
            var state = Enum.Parse<RequestState>(reader.GetString(0));
            if (!reader.GetBoolean(1))
                units[state] = reader.GetInt64(2);
            else if (state == RequestState.Issued)
                reissued = reader.GetInt64(2);
        }

        return progress with
        {
            Units = units,
            Reissued = reissued,
        };
    }
}
