using System.CommandLine;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Storage.Production;

namespace SigningAuthority.Signer.Operators.Orders;

/// <summary>`operator order close`.</summary>
internal static class CloseOrderCommand
{
    public static Command Create(IConfiguration settings)
    {
        var name = new Argument<string>("name") { Description = "The order's name." };
        var reason = new Option<string>("--reason") { Description = "Goes into the log.", Required = true };
        var command = new Command(
            "close",
            """
            Closes a production order for good: what is asked for from now on is refused (order-closed). What was asked for before is still
            signed.

            Example:
              operator order close week-47 --reason "moved to plant 2"
            """
        )
        {
            name,
            reason,
        };
        command.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        var order = parsed.GetRequiredValue(name);
                        if (string.IsNullOrWhiteSpace(parsed.GetRequiredValue(reason)))
                            throw new OperatorException("--reason says why.");
                        var drawn =
                            await new CloseOrder(session.Database).RunAsync(
                                order,
                                parsed.GetRequiredValue(reason),
                                session.Actor,
                                cancellation
                            ) ?? throw new OperatorException("No open production order has this name: operator order list --all");
                        Console.WriteLine($"{order} is closed; {drawn} units were drawn.");
                    }
                )
        );
        return command;
    }
}
