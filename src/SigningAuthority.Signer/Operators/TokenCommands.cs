using System.CommandLine;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Storage.Access;

namespace SigningAuthority.Signer.Operators;

internal static class TokenCommands
{
    public static Command Create(IConfiguration settings) =>
        new("token", "Bearer tokens of the web API.") { CreateCreate(settings), CreateList(settings), CreateRevoke(settings) };

    private static Command CreateCreate(IConfiguration settings)
    {
        var role = new Option<TokenRole>("--role") { Description = "provider, auditor, operator or officer.", Required = true };
        var provider = new Option<string?>("--provider") { Description = "The tenant, for role provider." };
        var holder = new Option<string?>("--holder")
        {
            Description =
                "The person who gets it, by an officer's name: nobody approves what they submitted. For role officer: whose token.",
        };
        var label = new Option<string>("--label") { Description = "Who holds it and what for; shown in the log.", Required = true };
        var days = new Option<int>("--days") { Description = "Days until it expires, 1 to 730.", DefaultValueFactory = _ => 90 };
        var command = new Command(
            "create",
            """
            Makes a token and prints it, alone on standard output, this once: only its hash is kept.

            Examples:
              operator token create --role provider --provider telco --label telco-noc
              operator token create --role provider --provider telco --label telco-lab --holder officer-1
              operator token create --role auditor --label year-end-audit --days 30
              operator token create --role officer --holder officer-1 --label second-device
            """
        )
        {
            role,
            provider,
            holder,
            label,
            days,
        };
        command.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        var isProvider = parsed.GetValue(role) == TokenRole.Provider;
                        if (isProvider != (parsed.GetValue(provider) is not null))
                            throw new OperatorException("--provider belongs to --role provider, and only there.");
                        if (parsed.GetValue(days) is < 1 or > 730)
                            throw new OperatorException("--days is 1 to 730.");
                        if (!IsLabel(parsed.GetRequiredValue(label)))
                            throw new OperatorException("--label is 1 to 64 printable ASCII characters.");
                        var tenant = isProvider ? await session.ProviderAsync(parsed.GetValue(provider)!, cancellation) : null;
                        var (row, token) = await new Tokens(session.Database).CreateAsync(
                            parsed.GetValue(role),
                            tenant,
                            await BearerAsync(session, parsed.GetValue(role), parsed.GetValue(holder), cancellation),
                            parsed.GetRequiredValue(label),
                            TimeSpan.FromDays(parsed.GetValue(days)),
                            session.Actor,
                            cancellation
                        );
                        await Console.Error.WriteLineAsync(
                            $"Token {row.Id} for {row.Role}, expires {row.ExpiresAt:yyyy-MM-dd}. It is shown this once:"
                        );
                        Console.WriteLine(token);
                    }
                )
        );
        return command;
    }

    private static async Task<TokenBearer> BearerAsync(
        OperatorSession session,
        TokenRole role,
        string? holder,
        CancellationToken cancellation
    )
    {
        if (holder is null)
            return role == TokenRole.Officer
                ? throw new OperatorException("--role officer needs --holder: whose token it is.")
                : TokenBearer.Unknown;

        var name = OfficerCommands.Read(holder);
        var officer = await new Officers(session.Database).FindAsync(name, cancellation);
        if (officer is null && role == TokenRole.Officer)
            throw new OperatorException($"No officer '{name}' works: operator officer add {name} --public-key {name}.pub");
        if (officer is null)
            await Console.Error.WriteLineAsync($"Note: no officer '{name}' works at present; the token says so nevertheless.");
        return new TokenBearer(name, role == TokenRole.Officer ? officer!.Id : null);
    }

    private static bool IsLabel(string text) => text.Length is >= 1 and <= 64 && text.All(c => c is >= ' ' and <= '~');

    private static Command CreateList(IConfiguration settings)
    {
        var command = new Command("list", "Lists tokens, never their secrets.");
        command.SetAction(
            (_, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        foreach (var token in await new Tokens(session.Database).ListAsync(cancellation))
                        {
                            var state = token.RevokedAt is { } revoked
                                ? $"revoked {revoked:yyyy-MM-dd}"
                                : $"expires {token.ExpiresAt:yyyy-MM-dd}";
                            Console.WriteLine(
                                $"{token.Id} {token.Role} {token.Label} {state}{(token.Holder is { } holder ? $" holder {holder}" : "")}"
                            );
                        }
                    }
                )
        );
        return command;
    }

    private static Command CreateRevoke(IConfiguration settings)
    {
        var id = new Argument<Guid>("id") { Description = "As `token list` shows it." };
        var command = new Command("revoke", "Revokes a token at once.") { id };
        command.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        if (!await new Tokens(session.Database).RevokeAsync(parsed.GetValue(id), session.Actor, cancellation))
                            throw new OperatorException("There is no such token, or it is revoked already.");
                        Console.WriteLine("Revoked.");
                    }
                )
        );
        return command;
    }
}
