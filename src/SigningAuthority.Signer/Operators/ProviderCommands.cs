using System.CommandLine;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Access;

namespace SigningAuthority.Signer.Operators;

internal static partial class ProviderCommands
{
    public static Command CreateProvider(IConfiguration settings)
    {
        var name = new Argument<string>("name") { Description = "Kebab-case, 1 to 63 characters." };
        var add = new Command("add", "Registers a provider.\n\nExample:\n  operator provider add telco") { name };
        add.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        var text = parsed.GetRequiredValue(name);
                        if (!Tenant().IsMatch(text))
                            throw new OperatorException(
                                $"'{text}' is no provider's name: lower-case letters, digits and inner hyphens, 1 to 63."
                            );
                        var provider = await new Providers(session.Database).AddAsync(text, session.Actor, cancellation);
                        Console.WriteLine($"{provider.Name} {provider.Id}");
                    }
                )
        );
        var list = new Command("list", "Lists providers and their names.");
        list.SetAction(
            (_, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        var providers = new Providers(session.Database);
                        foreach (var provider in await providers.ListAsync(cancellation))
                        {
                            var names = await providers.NamesAsync(provider.Id, cancellation);
                            Console.WriteLine(
                                $"{provider.Name} {provider.Id} {string.Join(' ', names.Select(registered => (registered.IncludeSubdomains ? "*." : "=") + registered.Suffix))}"
                            );
                        }
                    }
                )
        );
        return new Command("provider", "Providers: the tenants.") { add, list };
    }

    public static Command CreateName(IConfiguration settings)
    {
        var provider = new Argument<string>("provider") { Description = "The provider's name." };
        var suffix = new Argument<string>("suffix") { Description = "An FQDN; names below it are included unless --exact." };
        var exact = new Option<bool>("--exact") { Description = "This very name only, no subdomains." };
        var add = new Command(
            "add",
            "Registers a name that a provider may ask certificates for.\n\nExamples:\n  operator name add telco telco.net\n  operator name add telco pv.telco.net --exact"
        )
        {
            provider,
            suffix,
            exact,
        };
        add.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        var tenant = await session.ProviderAsync(parsed.GetRequiredValue(provider), cancellation);
                        var name = ParseName(parsed.GetRequiredValue(suffix));
                        await new Providers(session.Database).AddNameAsync(
                            tenant,
                            name,
                            !parsed.GetValue(exact),
                            session.Actor,
                            cancellation
                        );
                        Console.WriteLine($"{tenant.Name} may ask for {name}{(parsed.GetValue(exact) ? "" : " and names below it")}");
                    }
                )
        );
        var withdraw = new Command("withdraw", "Takes a name back; certificates that were issued stay.") { provider, suffix };
        withdraw.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        var tenant = await session.ProviderAsync(parsed.GetRequiredValue(provider), cancellation);
                        if (
                            !await new Providers(session.Database).WithdrawNameAsync(
                                tenant,
                                ParseName(parsed.GetRequiredValue(suffix)),
                                session.Actor,
                                cancellation
                            )
                        )
                            throw new OperatorException($"The name is not registered for {tenant.Name}.");
                        Console.WriteLine("Withdrawn.");
                    }
                )
        );
        return new Command("name", "Names that providers may ask for.") { add, withdraw, CreateNameList(settings) };
    }

    private static Command CreateNameList(IConfiguration settings)
    {
        var provider = new Argument<string?>("provider") { Description = "One provider's only.", Arity = ArgumentArity.ZeroOrOne };
        var list = new Command(
            "list",
            "Lists names, how their providers came by them, and until when.\n\nExamples:\n  operator name list\n  operator name list telco"
        )
        {
            provider,
        };
        list.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        var providers = new Providers(session.Database);
                        IReadOnlyList<Provider> tenants = parsed.GetValue(provider) is { } only
                            ? [await session.ProviderAsync(only, cancellation)]
                            : await providers.ListAsync(cancellation);
                        foreach (var tenant in tenants)
                        foreach (var name in await providers.NamesAsync(tenant.Id, cancellation))
                            Console.WriteLine($"{tenant.Name} {(name.IncludeSubdomains ? "*." : "=")}{name.Suffix} {Describe(name)}");
                    }
                )
        );
        return list;
    }

    private static string Describe(ProviderName name)
    {
        if (name.ValidUntil is not { } end)
            return $"registered {name.RegisteredAt:yyyy-MM-dd} by {name.RegisteredBy}";
        var state = name.HasLapsed(DateTimeOffset.UtcNow) ? "lapsed" : "valid until";
        return $"proven {name.ProvenAt:yyyy-MM-dd}, {state} {end:yyyy-MM-dd}{(name.RecheckSeen is { } seen ? $"; last look: {seen}" : "")}";
    }

    private static Fqdn ParseName(string text) =>
        Fqdn.TryParse(text, out var name)
            ? name
            : throw new OperatorException($"'{text}' is no fully qualified domain name. {Fqdn.Explain(text).Describe()}");

    [GeneratedRegex(@"\A[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Tenant();
}
