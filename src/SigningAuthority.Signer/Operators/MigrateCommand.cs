using System.CommandLine;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage;
using SigningAuthority.Storage.Migrations;

namespace SigningAuthority.Signer.Operators;

internal static class MigrateCommand
{
    public static Command Create(IConfiguration settings)
    {
        var folder = new Option<DirectoryInfo?>("--role-password-folder")
        {
            Description =
                "Folder with one file a role (api, signer, auditor, operator, outreach), one line each: sets the roles' passwords. Needs a superuser.",
        };
        var command = new Command(
            "migrate",
            """
            Brings the database to this build's schema: roles, tables, grants. Safe to run again, and by several at once.
            Database__Connection is the owner's or a superuser's address.

            Example:
              Database__Connection="Host=/run/postgresql;Username=postgres;Database=ca" SigningAuthority.Signer migrate --role-password-folder /run/secrets/roles
            """
        )
        {
            folder,
        };
        command.SetAction((parsed, cancellation) => RunAsync(settings, parsed.GetValue(folder), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(IConfiguration settings, DirectoryInfo? folder, CancellationToken cancellation)
    {
        var passwords = folder is null ? new Dictionary<string, string>() : RolePasswords.ReadFolder(folder.FullName);
        await using var database = PostgresConnections.Build(SignerSettings.RequireConnectionString(settings), "signing-authority migrate");
        var result = await new MigrateDatabase(database).RunAsync(passwords, cancellation);
        Console.WriteLine(
            result.From == result.To
                ? $"The schema is at version {result.To} already."
                : $"The schema went from version {result.From} to {result.To}."
        );
        return ExitCodes.Success;
    }
}
