using System.CommandLine;
using Microsoft.Extensions.Configuration;

namespace SigningAuthority.Signer.Operators.Orders;

internal static class OrderCommands
{
    public static Command Create(IConfiguration settings) =>
        new("order", "Production orders: what stations may draw certificates for.")
        {
            CreateOrderCommand.Create(settings),
            LoadOrderCommand.Create(settings),
            ListOrdersCommand.Create(settings),
            ShowOrderCommand.Create(settings),
            CloseOrderCommand.Create(settings),
        };
}
