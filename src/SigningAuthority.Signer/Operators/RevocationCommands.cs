using System.CommandLine;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Storage.Revocations;

namespace SigningAuthority.Signer.Operators;

internal static class RevocationCommands
{
    public static Command Create(IConfiguration settings)
    {
        var limit = new Option<int>("--limit") { DefaultValueFactory = _ => 50, Description = "At most so many, the newest first." };
        var list = new Command(
            "list",
            """
            Lists certificates that are to be revoked: request, generation, serial number, reason, when, who asked, name.

            Example:
              operator revocation list --limit 10
            """
        )
        {
            limit,
        };
        list.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        var most = Math.Clamp(parsed.GetValue(limit), 1, 10_000);
                        foreach (var found in await new RevocationRequests(session.Database).ListAsync(most, cancellation))
                            Console.WriteLine(Describe(found));
                    }
                )
        );
        return new Command("revocation", "Certificates that their holders want revoked, or that were replaced.") { list };
    }

    private static string Describe(RequestedRevocation found) =>
        $"{found.RequestId} {found.Authority} {found.SerialNumber.Hex} {found.Reason} {found.At:yyyy-MM-ddTHH:mm:ssZ} {found.RequestedBy} {found.Fqdn}"
        + (found.Replacement is { } replacement ? $" replaced by {replacement}" : "");
}
