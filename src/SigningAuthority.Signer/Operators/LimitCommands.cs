using System.CommandLine;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Storage.Limits;

namespace SigningAuthority.Signer.Operators;

/// <summary>`operator limit`: what a tenant is allowed instead of what ca-config says.</summary>
internal static class LimitCommands
{
    private static readonly Argument<string> Provider = new("provider") { Description = "The provider's name." };
    private static readonly Option<string> Limit = new("--limit")
    {
        Description = "A limit of ca-config/policies/policy.json: " + string.Join(", ", LimitNames.All) + ".",
        Required = true,
    };

    public static Command Create(IConfiguration settings) =>
        new("limit", "Exceptions from the limits of ca-config, a tenant each.")
        {
            CreateSet(settings),
            CreateClear(settings),
            CreateList(settings),
        };

    private static Command CreateSet(IConfiguration settings)
    {
        var value = new Option<int>("--value") { Description = "How much is allowed in the limit's window, 1 or more.", Required = true };
        var command = new Command(
            "set",
            "Allows a provider more or less than others; at once, for all front doors.\n\nExample:\n  operator limit set telco --limit submissions-per-hour --value 500"
        )
        {
            Provider,
            Limit,
            value,
        };
        command.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(settings, session => SetAsync(session, parsed, parsed.GetValue(value), cancellation))
        );
        return command;
    }

    private static Command CreateClear(IConfiguration settings)
    {
        var command = new Command("clear", "What ca-config says holds again for a provider.") { Provider, Limit };
        command.SetAction(
            (parsed, cancellation) => OperatorSession.RunAsync(settings, session => SetAsync(session, parsed, null, cancellation))
        );
        return command;
    }

    private static Command CreateList(IConfiguration settings)
    {
        var command = new Command("list", "Lists the exceptions.");
        command.SetAction(
            (_, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        foreach (var exception in await new LimitOverrides(session.Database).ListAsync(cancellation))
                            Console.WriteLine(
                                $"{exception.Provider} {exception.Name} {exception.Most} since {exception.SetAt:yyyy-MM-dd} by {exception.SetBy}"
                            );
                    }
                )
        );
        return command;
    }

    private static async Task SetAsync(OperatorSession session, ParseResult parsed, int? most, CancellationToken cancellation)
    {
        var name = parsed.GetRequiredValue(Limit);
        // A token's limit has an exception for its tenant; that of auditors, officers and operators has no tenant.
        if (!LimitNames.All.Contains(name) || name == LimitNames.StaffRequestsPerMinute)
            throw new OperatorException($"'{name}' is no limit of a provider.");
        if (most < 1)
            throw new OperatorException("--value is 1 or more; to shut a provider out, revoke its tokens.");
        var tenant = await session.ProviderAsync(parsed.GetRequiredValue(Provider), cancellation);
        await new LimitOverrides(session.Database).SetAsync(tenant, name, most, session.Actor, cancellation);
        Console.WriteLine(most is null ? $"{tenant.Name} {name} as configured" : $"{tenant.Name} {name} {most}");
    }
}
