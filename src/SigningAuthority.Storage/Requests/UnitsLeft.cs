using Npgsql;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Storage.Requests;

/// <summary>What is left of the orders that a group draws from: free units, and those held for the stations that ask. As of when it was read.</summary>
internal sealed class UnitsLeft
{
    private const string Free = "select id, quantity - drawn - reserved from sa.production_order where id = any($1)";

    private const string Held = """
        select order_id, station_id, count(*)::integer from sa.reserved_unit
        where order_id = any($1) and held and mac is null group by order_id, station_id
        """;

    private const string Assigned = "select mac from sa.reserved_unit where mac = any($1) and held";

    private readonly Dictionary<Guid, int> _free = [];
    private readonly Dictionary<(Guid Order, Guid Station), int> _held = [];
    private readonly HashSet<string> _assigned = [];

    private UnitsLeft() { }

    /// <summary>The order that the request draws a unit from; a reissue draws none.</summary>
    public static Guid? OrderOf(NewSigningRequest request) =>
        request is { Kind: RequestKind.Device, Succession: null } ? request.OrderId : null;

    public static async Task<UnitsLeft> ReadAsync(
        NpgsqlDataSource dataSource,
        IReadOnlyCollection<NewSigningRequest> requests,
        CancellationToken cancellation
    )
    {
        var left = new UnitsLeft();
        var orders = requests.Select(OrderOf).OfType<Guid>().Distinct().ToArray();
        await using var batch = dataSource.CreateBatch();
        foreach (var sql in (string[])[Free, Held])
        {
            var command = new NpgsqlBatchCommand(sql);
            command.Parameters.AddValue(orders);
            batch.BatchCommands.Add(command);
        }

        var assigned = new NpgsqlBatchCommand(Assigned);
        assigned.Parameters.AddValue(requests.Select(request => request.Mac).OfType<string>().ToArray());
        batch.BatchCommands.Add(assigned);
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            left._free[row.GetGuid(0)] = row.GetInt32(1);
        await row.NextResultAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            left._held[(row.GetGuid(0), row.GetGuid(1))] = row.GetInt32(2);
        await row.NextResultAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            left._assigned.Add(row.GetString(0));
        return left;
    }

    /// <summary>Takes the request's unit, in the order in which the database does; false when there is none for it.</summary>
    public bool Take(NewSigningRequest request)
    {
        if (OrderOf(request) is not { } order || _assigned.Remove(request.Mac ?? ""))
            return true;
        if (request.StationId is { } station && _held.TryGetValue((order, station), out var held) && held > 0)
        {
            _held[(order, station)] = held - 1;
            return true;
        }

        return _free[order]-- > 0;
    }
}
