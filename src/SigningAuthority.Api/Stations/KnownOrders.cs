using SigningAuthority.Api.Access;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Production;
using SigningAuthority.Storage.Production;

namespace SigningAuthority.Api.Stations;

/// <summary>
/// The production orders as the door knows them: read once a second at most, since a line asks thousands of times a second. What was closed
/// meanwhile is found out at the key. Thread-safe.
/// </summary>
internal sealed class KnownOrders(ProductionOrders orders, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _reading = new(1);
    private volatile Reading? _latest;

    /// <summary>What each of the submissions is drawn from, in their order.</summary>
    public async Task<IReadOnlyList<Draw>> FindAsync(IReadOnlyList<Intake> group, CancellationToken cancellation)
    {
        var named = await FindNamedAsync(group.Select(intake => intake.Submission.Order).OfType<string>(), cancellation);
        var draws = new Draw[group.Count];
        for (var i = 0; i < draws.Length; i++)
            draws[i] = await FindDrawAsync(group[i].Station, group[i].Submission, named, cancellation);
        return draws;
    }

    /// <summary>What one submission is drawn from.</summary>
    public async ValueTask<Draw> FindDrawAsync(Caller caller, DeviceSubmission submission, CancellationToken cancellation) =>
        await FindDrawAsync(
            caller,
            submission,
            await FindNamedAsync(submission.Order is { } name ? [name] : [], cancellation),
            cancellation
        );

    private async ValueTask<Draw> FindDrawAsync(
        Caller caller,
        DeviceSubmission submission,
        IReadOnlyDictionary<string, ProductionOrder> named,
        CancellationToken cancellation
    )
    {
        var (station, now) = (StationOf(caller), time.GetUtcNow());
        var order = submission.Order is { } name
            ? named.GetValueOrDefault(name)
            : ProductionOrder.ChooseFor(
                await WorkingAsync(cancellation),
                new UnitToDraw(station, submission.Mac, submission.Serial, submission.Product, now)
                {
                    KeySource = submission.WantsKey ? KeySource.Authority : KeySource.Device,
                    IsReissue = submission.Reissue is not null,
                }
            );
        return new Draw(order, submission.Order, station, now);
    }

    /// <summary>An order by its name, whatever its state.</summary>
    public async Task<ProductionOrder?> FindAsync(string name, CancellationToken cancellation) =>
        await FindWorkingAsync(name, cancellation) ?? (OrderName.IsValid(name) ? await orders.FindAsync(name, cancellation) : null);

    /// <summary>An order that can be drawn from now or later. Costs no query of its own, so that anybody may ask.</summary>
    public async Task<ProductionOrder?> FindWorkingAsync(string name, CancellationToken cancellation) =>
        (await WorkingAsync(cancellation)).FirstOrDefault(order => order.Name == name);

    /// <summary>Says that an order turned out to have no unit left; the next reading may say otherwise.</summary>
    public void MarkExhausted(Guid id)
    {
        if (_latest is { } kept)
            _latest = kept with
            {
                Orders = [.. kept.Orders.Select(order => order.Id == id ? order with { Drawn = order.Quantity } : order)],
            };
    }

    /// <summary>What a station may draw from now or later, as of a second ago at most.</summary>
    public async Task<IReadOnlyList<ProductionOrder>> ListAsync(Caller station, CancellationToken cancellation)
    {
        var name = StationOf(station);
        return [.. (await WorkingAsync(cancellation)).Where(order => order.IsOfStation(name))];
    }

    public void Dispose() => _reading.Dispose();

    /// <summary>Those that the submissions name; all that no longer work, or never did, with one query.</summary>
    private async Task<IReadOnlyDictionary<string, ProductionOrder>> FindNamedAsync(
        IEnumerable<string> names,
        CancellationToken cancellation
    )
    {
        var wanted = names.Where(OrderName.IsValid).ToHashSet();
        var found = (await WorkingAsync(cancellation)).Where(order => wanted.Contains(order.Name)).ToDictionary(order => order.Name);
        wanted.ExceptWith(found.Keys);
        foreach (var order in wanted.Count == 0 ? [] : await orders.FindManyAsync(wanted, cancellation))
            found[order.Name] = order;
        return found;
    }

    /// <summary>A station's name, which orders go by.</summary>
    public static string StationOf(Caller caller) => caller.Actor[(caller.Actor.IndexOf('/', StringComparison.Ordinal) + 1)..];

    private async Task<IReadOnlyList<ProductionOrder>> WorkingAsync(CancellationToken cancellation)
    {
        if (_latest is { } kept && time.GetElapsedTime(kept.At) < KeptFor)
            return kept.Orders;

        await _reading.WaitAsync(cancellation);
        try
        {
            if (_latest is { } fresh && time.GetElapsedTime(fresh.At) < KeptFor)
                return fresh.Orders;
            var at = time.GetTimestamp();
            return (_latest = new Reading(await orders.ListWorkingAsync(cancellation), at)).Orders;
        }
        finally
        {
            _reading.Release();
        }
    }

    private sealed record Reading(IReadOnlyList<ProductionOrder> Orders, long At);
}
