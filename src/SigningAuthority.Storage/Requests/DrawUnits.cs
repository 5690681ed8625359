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
/// quantity (constraint production_order_quantity) or draws what is held for another (reserved_unit_of_another); here it is found out
/// which requests fit. Nothing is locked: who finds out that another front door drew meanwhile looks again, and each such look means that
/// somebody's units went in.
/// </summary>
internal sealed class DrawUnits(
    NpgsqlDataSource dataSource,
    Func<(NewSigningRequest Request, LogEntry Entry)[], CancellationToken, Task<HashSet<Guid>>> insert
)
{
    /// <summary>The order has no unit left, or a unit is held for another draw: what fits is to be found out.</summary>
    public static bool IsShort(PostgresException exception) =>
        IsExhausted(exception) || exception is { SqlState: PostgresErrorCodes.CheckViolation, ConstraintName: "reserved_unit_of_another" };

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
            var left = await UnitsLeft.ReadAsync(dataSource, [.. waiting.Select(s => s.Request)], cancellation);
            waiting = await WithoutCollisionsAsync(waiting, cancellation);
            var fitting = waiting.Where(s => left.Take(s.Request)).ToArray();
            if (fitting.Length == 0)
            {
                exhausted.UnionWith(waiting.Select(s => s.Request.Id.Value));
                break;
            }

            try
            {
                inserted.UnionWith(await insert(fitting, cancellation));
                waiting = [.. waiting.Except(fitting)];
            }
            catch (PostgresException e) when (IsShort(e)) { }
        }

        return new DrawnUnits(inserted, exhausted);
    }

    private async Task<IReadOnlyList<(NewSigningRequest Request, LogEntry Entry)>> WithoutCollisionsAsync(
        IReadOnlyList<(NewSigningRequest Request, LogEntry Entry)> waiting,
        CancellationToken cancellation
    )
    {
        var collisions = await FindCollisions.Async(dataSource, [.. waiting.Select(s => s.Request)], cancellation);
        return [.. waiting.Where((_, i) => collisions[i] is null)];
    }
}
