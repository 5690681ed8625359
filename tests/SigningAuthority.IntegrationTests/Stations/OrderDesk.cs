using System.Globalization;
using SigningAuthority.IntegrationTests.Faults;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Production;
using SigningAuthority.Storage.Production;

namespace SigningAuthority.IntegrationTests.Stations;

/// <summary>Production orders as tests need them: made by what the operator's command calls, looked at in the database.</summary>
internal sealed class OrderDesk(RunningAuthority authority)
{
    private static int s_made;

    /// <summary>An order for everything of ours, which a test narrows.</summary>
    public static ProductionOrder Wide(int quantity) =>
        new()
        {
            Id = Guid.CreateVersion7(),
            Name = "made-" + Interlocked.Increment(ref s_made).ToString(CultureInfo.InvariantCulture),
            Products = [ProductionOrder.Any],
            MacRanges = [MacRange.Parse("000E08000000..000E08FFFEFF")],
            Serials = [SerialRule.Parse("*")],
            Quantity = quantity,
            Stations = [ProductionOrder.Any],
            NotBefore = DateTimeOffset.UtcNow.AddDays(-2),
            NotAfter = DateTimeOffset.UtcNow.AddDays(300),
            KeySource = KeySource.Device,
        };

    public async Task<ProductionOrder> MakeAsync(ProductionOrder order)
    {
        await new ProductionOrders(authority.Postgres.Connect("sa_operator", authority.Database)).AddAsync(order, "operator/planner");
        return order;
    }

    public async Task<ProductionOrder> CloseAsync(ProductionOrder order)
    {
        await new CloseOrder(authority.Postgres.Connect("sa_operator", authority.Database)).RunAsync(
            order.Name,
            "test",
            "operator/planner"
        );
        return order;
    }

    /// <summary>A unit with a key that costs little.</summary>
    public static FactoryDevice Unit() =>
        new(
            FactoryDevice.NextMac(),
            "OQ-" + Interlocked.Increment(ref s_made).ToString("D6", CultureInfo.InvariantCulture),
            "SPA962",
            QuickKeys.Next()
        );

    /// <summary>What a station sends to draw the unit from the order.</summary>
    public static object Draw(FactoryDevice unit, ProductionOrder order) =>
        new
        {
            mac = unit.Mac,
            serial = unit.Serial,
            product = unit.Product,
            csr = unit.Csr,
            order = order.Name,
        };

    /// <summary>How many units the order says are drawn, how many rows there are, and how many certificates.</summary>
    public async Task<(int Drawn, long Rows, long Certificates)> CountAsync(ProductionOrder order)
    {
        var everything = authority.Postgres.Connect(PostgresCluster.Superuser, authority.Database);
        return (
            await everything.ScalarAsync<int>($"select drawn from sa.production_order where id = '{order.Id}'"),
            await everything.ScalarAsync<long>(
                $"select count(*) from sa.signing_request where order_id = '{order.Id}' and state not in ('Refused', 'Withdrawn', 'Failed')"
            ),
            await everything.ScalarAsync<long>(
                $"select count(*) from sa.certificate c join sa.signing_request r on r.id = c.request_id where r.order_id = '{order.Id}'"
            )
        );
    }
}
