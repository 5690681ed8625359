using System.CommandLine;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Issuance.Production;
using SigningAuthority.Issuance.Production.Intake;

namespace SigningAuthority.Signer.Operators.Orders;

/// <summary>`operator order create`.</summary>
internal static class CreateOrderCommand
{
    private const int DaysByDefault = 30;

    public static Command Create(IConfiguration settings)
    {
        var name = new Argument<string>("name") { Description = "The order's number or name." };
        var products = Many("--product", "A model name, or '*' for all; may be repeated.");
        var macs = Many(
            "--mac",
            "A range of MAC addresses, both ends inclusive: 000E08000000..000E0800FFFF, or '*' for all that are ours; may be repeated."
        );
        var serials = Many(
            "--serial",
            "A range, FM500H000001..FM500H009999, or a pattern: # a digit, ? a letter or digit, * at the end anything."
        );
        var stations = Many("--station", "A station that may draw, or '*' for all; may be repeated.");
        var quantity = new Option<int>("--quantity") { Description = "How many units.", Required = true };
        var from = Moment("--from", "First moment, UTC unless it says otherwise; now without it.");
        var until = Moment("--until", $"When it ends, UTC unless it says otherwise; {DaysByDefault} days after it begins without it.");
        var profile = new Option<string?>("--profile")
        {
            Description = "The subject's layout, a profile's id; that of the product's family without it.",
        };
        var source = new Option<KeySource>("--key-source")
        {
            Description = "Who makes the devices' keys.",
            DefaultValueFactory = _ => KeySource.Device,
        };
        var command = new Command(
            "create",
            """
            Makes a production order. It is never changed afterwards, only closed. Every mistake in it is told at once: products, profiles
            and addresses that are not ours (CaConfig__Folder), stations that are not enrolled, ranges that overlap or are too small.

            Example:
              operator order create week-47 --product SPA962 --mac 000E08100000..000E081003E7 --serial FM500H000001..FM500H001000 \
                --quantity 1000 --station line-1 --until 2026-12-01
            """
        )
        {
            name,
            products,
            macs,
            serials,
            stations,
            quantity,
            from,
            until,
            profile,
            source,
        };
        command.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        var begin = parsed.GetValue(from) ?? DateTimeOffset.UtcNow;
                        var proposed = new ProposedOrder
                        {
                            Order = parsed.GetRequiredValue(name),
                            Products = parsed.GetRequiredValue(products),
                            MacRanges = parsed.GetRequiredValue(macs),
                            Serials = parsed.GetRequiredValue(serials),
                            Quantity = parsed.GetRequiredValue(quantity),
                            Stations = parsed.GetRequiredValue(stations),
                            NotBefore = begin,
                            NotAfter = parsed.GetValue(until) ?? begin.AddDays(DaysByDefault),
                            Profile = parsed.GetValue(profile),
                            KeySource = parsed.GetValue(source),
                        };
                        var order = await (await AdmitOrder.OpenAsync(session, cancellation)).CreateAsync(proposed, cancellation);
                        Console.WriteLine($"{order.Name}: {order.Quantity} units until {order.NotAfter.UtcDateTime:yyyy-MM-dd HH:mm}Z");
                    }
                )
        );
        return command;
    }

    /// <summary>As in signed files: whatever this machine thinks its zone is.</summary>
    private static Option<DateTimeOffset?> Moment(string name, string description) =>
        new(name)
        {
            Description = description,
            CustomParser = result =>
            {
                var text = result.Tokens.Single().Value;
                if (OrderTime.TryParse(text, out var time) || OrderTime.TryParse(text + "T00:00:00Z", out time))
                    return time;
                result.AddError($"{name}: a time is written as 2026-12-01T00:00:00Z or 2026-12-01.");
                return null;
            },
        };

    private static Option<string[]> Many(string name, string description) =>
        new(name)
        {
            Description = description,
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
}
