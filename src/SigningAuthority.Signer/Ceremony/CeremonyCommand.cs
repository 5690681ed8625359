using System.CommandLine;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.Signer.Keys;
using SigningAuthority.Storage;
using SigningAuthority.Storage.Certificates;

namespace SigningAuthority.Signer.Ceremony;

/// <summary>The commands <c>ceremony create</c>, <c>ceremony show</c>, <c>ceremony cross</c> and <c>ceremony revoke-cross</c>.</summary>
internal static class CeremonyCommand
{
    private const string Description = """
        Creates authorities: a key inside the token and its self-signed root.

        Examples:
          ceremony create sipura --transcripts /var/lib/signing-authority/transcripts
          ceremony create --all --answers answers.json --transcripts transcripts
          ceremony show
          ceremony cross client client-2 --out crosses
          ceremony revoke-cross client-2 client --confirmed-by READER --confirmed-by LISTENER
        """;

    public static Command Create(IConfiguration configuration) =>
        new("ceremony", Description)
        {
            CreateCreate(configuration),
            CreateShow(configuration),
            CrossCommand.Create(configuration, LoadConfiguration, OpenDatabase),
            CrossCommand.CreateRevoke(configuration, OpenDatabase),
        };

    private static Command CreateCreate(IConfiguration configuration)
    {
        var names = new Argument<string[]>("AUTHORITY") { Description = "Ids of ca-config/authorities.", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "Every configured authority that does not exist yet." };
        var answers = new Option<string?>("--answers")
        {
            Description = "Prepared answers (JSON) in place of the terminal; must say what ca-config says.",
            HelpName = "FILE",
        };
        var transcripts = new Option<string>("--transcripts")
        {
            Description = "Folder for the signed transcripts.",
            HelpName = "DIR",
            Required = true,
        };
        var adoptKey = new Option<bool>("--adopt-key")
        {
            Description = "Use a key that an interrupted ceremony made before it recorded anything.",
        };
        var command = new Command(
            "create",
            """
            Creates authorities, asking for confirmation of subject, key and dates. Overwrites nothing; run again after an interruption.

            Examples:
              ceremony create sipura linksys --transcripts transcripts
              ceremony create --all --answers answers.json --transcripts transcripts

            Exit status: 0 done; 1 refused; 2 a fault of token or database: run it again.
            """
        )
        {
            names,
            all,
            answers,
            transcripts,
            adoptKey,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(names) is { Length: > 0 } == result.GetValue(all))
                result.AddError("Name the authorities, or say --all.");
        });
        command.SetAction(
            (result, cancel) =>
                CeremonyOutcome.ReportAsync(
                    Console.Error,
                    async () =>
                    {
                        var prepared = result.GetValue(answers) is { } file ? PreparedAnswers.Read(file) : null;
                        var terminal = new AskAtTerminal(Console.In, Console.Out);
                        await using var dataSource = OpenDatabase(configuration);
                        using var keys = OpenKeyStore.From(configuration);
                        var create = new CreateAuthorities(
                            LoadConfiguration(configuration),
                            new Authorities(dataSource),
                            keys,
                            TimeProvider.System,
                            Console.Out
                        );
                        return await create.RunAsync(
                            result.GetValue(all) ? null : result.GetValue(names),
                            prepared is null ? terminal.Confirm : prepared.Confirm,
                            result.GetValue(adoptKey),
                            result.GetValue(transcripts)!,
                            cancel
                        );
                    }
                )
        );
        return command;
    }

    private static Command CreateShow(IConfiguration configuration)
    {
        var command = new Command(
            "show",
            "Lists every configured authority: created, interrupted, or not there yet.\n\nExample:\n  ceremony show"
        );
        command.SetAction(
            (_, cancel) =>
                CeremonyOutcome.ReportAsync(
                    Console.Error,
                    async () =>
                    {
                        await using var dataSource = OpenDatabase(configuration);
                        await new ShowAuthorities(LoadConfiguration(configuration), new Authorities(dataSource), Console.Out).RunAsync(
                            cancel
                        );
                        return 0;
                    }
                )
        );
        return command;
    }

    private static AuthorityConfiguration LoadConfiguration(IConfiguration configuration) =>
        AuthorityConfiguration.Load(Require(configuration, "CaConfig:Folder"));

    private static Npgsql.NpgsqlDataSource OpenDatabase(IConfiguration configuration) =>
        PostgresConnections.Build(Require(configuration, "Database:Connection"), "signing-authority ceremony");

    private static string Require(IConfiguration configuration, string key) =>
        configuration[key] is { Length: > 0 } value ? value : throw new InvalidOperationException($"{key} is not configured.");
}
