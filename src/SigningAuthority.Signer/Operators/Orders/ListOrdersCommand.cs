using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Issuance.Production;
using SigningAuthority.Storage.Production;

namespace SigningAuthority.Signer.Operators.Orders;

/// <summary>`operator order list`.</summary>
internal static class ListOrdersCommand
{
    public static Command Create(IConfiguration settings)
    {
        var all = new Option<bool>("--all") { Description = "Closed and ended ones too." };
        var command = new Command(
            "list",
            """
            Lists production orders, those that end first at the top: name, units drawn of how many, state, window, products, stations.

            Examples:
              operator order list
              operator order list --all
            """
        )
        {
            all,
        };
        command.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        var orders = new ProductionOrders(session.Database);
                        foreach (
                            var order in parsed.GetValue(all)
                                ? await orders.ListAsync(cancellation)
                                : await orders.ListWorkingAsync(cancellation)
                        )
                            Console.WriteLine(Describe(order));
                    }
                )
        );
        return command;
    }

    public static string StateOf(ProductionOrder order, DateTimeOffset now) =>
        order.ClosedAt is not null ? "closed"
        : now >= order.NotAfter ? "ended"
        : now < order.NotBefore ? "not-begun"
        : order.Drawn >= order.Quantity ? "exhausted"
        : "open";

    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Describe(ProductionOrder order) =>
        $"{order.Name} {order.Drawn}/{order.Quantity} {StateOf(order, DateTimeOffset.UtcNow)} {Format(order.NotBefore)}..{Format(order.NotAfter)} "
        + $"{string.Join(',', order.Products)} {string.Join(',', order.Stations)}";
}
