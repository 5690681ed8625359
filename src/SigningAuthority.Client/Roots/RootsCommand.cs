using System.CommandLine;
using SigningAuthority.Client.CommandLine;

namespace SigningAuthority.Client.Roots;

/// <summary><c>signctl roots</c>: the published roots, proven by the log's key and by nothing that their server says.</summary>
internal static class RootsCommand
{
    private const string Description = """
        The roots that the authority publishes: fetched with their signed list, or checked again in a folder. What is wrong is named on stderr
        (a stable name, a sentence), and then the exit status is 2 and no file was changed.
        """;

    public static Command Build() =>
        new DocumentedCommand(
            "roots",
            Description,
            "signctl roots fetch --out roots --key log.pub",
            "signctl roots check roots --key log.pub"
        )
        {
            FetchRootsCommand.Build(),
            CheckRootsCommand.Build(),
        };
}
