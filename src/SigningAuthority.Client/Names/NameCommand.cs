using System.CommandLine;
using SigningAuthority.Client.CommandLine;

namespace SigningAuthority.Client.Names;

/// <summary><c>signctl name</c>: the names that a provider may ask certificates for.</summary>
internal static class NameCommand
{
    public static Command Build() =>
        new DocumentedCommand(
            "name",
            "Proves names, and shows which are yours.",
            "signctl name prove telco.net --dns --subdomains",
            "signctl name list"
        )
        {
            ProveCommand.Build(),
            ListCommand.Build(),
        };
}
