using System.CommandLine;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Storage.Certificates;

namespace SigningAuthority.Signer.Operators;

internal static class ShowRootCommand
{
    public static Command Create(IConfiguration settings)
    {
        var authority = new Argument<string>("authority") { Description = "Id of ca-config/authorities." };
        var command = new Command(
            "root",
            """
            Prints an authority's certificate (PEM). The service authority's is what callers must trust to reach the front door.

            Example:
              operator root service > authority.pem
            """
        )
        {
            authority,
            RootFetchesCommand.Create(settings),
        };
        command.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        var id = parsed.GetRequiredValue(authority);
                        var all = await new Authorities(session.Database).ReadAllAsync(cancellation);
                        var der =
                            all.FirstOrDefault(created => created.Authority == id)?.Der
                            ?? throw new OperatorException(
                                $"'{id}' has no certificate; there are {string.Join(", ", all.Where(a => a.Der is not null).Select(a => a.Authority))}."
                            );
                        Console.WriteLine(PemEncoding.WriteString("CERTIFICATE", der));
                    }
                )
        );
        return command;
    }
}
