using Npgsql;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;

namespace SigningAuthority.Storage.Requests;

/// <summary>What became of a group that did not fit into its orders.</summary>
/// <param name="Inserted">Ids of the requests that went in.</param>
/// <param name="Exhausted">Ids of those whose order had no unit left for them; the rest collides with rows.</param>
internal sealed record DrawnUnits(IReadOnlySet<Guid> Inserted, IReadOnlySet<Guid> Exhausted)
{
    /// <summary>Null where it is not known yet.</summary>
    public SubmitOutcome? OutcomeOf(NewSigningRequest request) =>
        Inserted.Contains(request.Id.Value) ? SubmitOutcome.Accepted
        : Exhausted.Contains(request.Id.Value) ? SubmitOutcome.Exhausted
        : null;
}

/// <summary>
/// Shares the units that orders have left among the requests of a group. The database refuses a whole group that draws beyond an order's
/// quantity (constraint production_order_quantity); here it is found out which requests fit. Nothing is locked: who finds out that
/// another front door drew meanwhile looks again, and each such look means that somebody's units went in.
/// </summary>
internal sealed class DrawUnits(
    NpgsqlDataSource dataSource,
    Func<(NewSigningRequest Request, LogEntry Entry)[], CancellationToken, Task<HashSet<Guid>>> insert
)
{
    private const string Select = "select id, quantity - drawn from sa.production_order where id = any($1)";

    public static bool IsExhausted(PostgresException exception) =>
        exception is { SqlState: PostgresErrorCodes.CheckViolation, ConstraintName: "production_order_quantity" };

    public async Task<DrawnUnits> RunAsync(IReadOnlyList<(NewSigningRequest Request, LogEntry Entry)> group, CancellationToken cancellation)
    {
        var (inserted, exhausted) = (new HashSet<Guid>(), new HashSet<Guid>());
        var waiting = group;
        while (waiting.Count > 0)
        {
            // What is there already draws nothing, and is answered whether or not units are left. Looked at in this order: who took the last
            // units before the first look is seen by the second.
            var left = await LeftAsync(waiting, cancellation);
            waiting = await WithoutCollisionsAsync(waiting, cancellation);
            exhausted.UnionWith(waiting.Where(s => OrderOf(s.Request) is { } order && left[order] <= 0).Select(s => s.Request.Id.Value));
            waiting = [.. waiting.Where(s => !exhausted.Contains(s.Request.Id.Value))];

            var fitting = Fit(waiting, left);
            try
            {
                inserted.UnionWith(await insert(fitting, cancellation));
                waiting = [.. waiting.Except(fitting)];
            }
            catch (PostgresException e) when (IsExhausted(e)) { }
        }

        return new DrawnUnits(inserted, exhausted);
    }

    /// <summary>The order that the request draws a unit from; a reissue draws none.</summary>
    private static Guid? OrderOf(NewSigningRequest request) =>
        request is { Kind: RequestKind.Device, Succession: null } ? request.OrderId : null;

    private static (NewSigningRequest Request, LogEntry Entry)[] Fit(
        IEnumerable<(NewSigningRequest Request, LogEntry Entry)> waiting,
        Dictionary<Guid, int> left
    ) => [.. waiting.Where(s => OrderOf(s.Request) is not { } order || left[order]-- > 0)];

    private async Task<IReadOnlyList<(NewSigningRequest Request, LogEntry Entry)>> WithoutCollisionsAsync(
        IReadOnlyList<(NewSigningRequest Request, LogEntry Entry)> waiting,
        CancellationToken cancellation
    )
    {
        var collisions = await FindCollisions.Async(dataSource, [.. waiting.Select(s => s.Request)], cancellation);
        return [.. waiting.Where((_, i) => collisions[i] is null)];
    }

    private async Task<Dictionary<Guid, int>> LeftAsync(
        IReadOnlyList<(NewSigningRequest Request, LogEntry Entry)> waiting,
        CancellationToken cancellation
    )
    {
        var left = new Dictionary<Guid, int>();
        await using var command = dataSource.CreateCommand(Select);
        command.Parameters.AddValue(waiting.Select(s => OrderOf(s.Request)).OfType<Guid>().Distinct().ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            left[reader.GetGuid(0)] = reader.GetInt32(1);
        return left;
    }
}
