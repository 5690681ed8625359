using System.CommandLine;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Storage.KeyPairs;

namespace SigningAuthority.Signer.Operators;

/// <summary>`operator key`: key pairs that were made for units.</summary>
internal static class KeyCommands
{
    public static Command Create(IConfiguration settings) =>
        new("key", "Key pairs that the authority made for units that can't.") { CreateAbandon(settings) };

    private static Command CreateAbandon(IConfiguration settings)
    {
        var mac = new Argument<string>("mac") { Description = "The unit's MAC address." };
        var reason = new Option<string>("--reason") { Description = "Goes into the log.", Required = true };
        var command = new Command(
            "abandon",
            """
            Gives up the key pair that was made for a unit, and erases its envelope: the unit can be drawn again, with another key and at
            another station. Refused once a certificate was asked for with the key.

            Example:
              operator key abandon 000E08ABCDEF --reason "line-1 is gone"
            """
        )
        {
            mac,
            reason,
        };
        command.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        if (!MacAddress.TryParse(parsed.GetRequiredValue(mac), out var unit))
                            throw new OperatorException("A MAC address has 12 hexadecimal digits.");
                        if (string.IsNullOrWhiteSpace(parsed.GetRequiredValue(reason)))
                            throw new OperatorException("--reason says why.");
                        var count = await new AbandonKeyPair(session.Database).RunAsync(
                            unit.Upper,
                            parsed.GetRequiredValue(reason),
                            session.Actor,
                            cancellation
                        );
                        if (count is null)
                            throw new OperatorException("The unit has a certificate, or one was asked for, with its key.");
                        if (count == 0)
                            throw new OperatorException("No key pair was made for this unit, or it was abandoned before.");
                        Console.WriteLine($"{unit.Upper} can be drawn again.");
                    }
                )
        );
        return command;
    }
}
