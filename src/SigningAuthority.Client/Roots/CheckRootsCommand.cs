using System.CommandLine;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Log;

namespace SigningAuthority.Client.Roots;

/// <summary><c>signctl roots check</c>: a folder of roots, offline.</summary>
internal static class CheckRootsCommand
{
    public static Command Build()
    {
        var folder = new Argument<string>("DIR") { Description = "Where `signctl roots fetch` put them." };
        var keys = new LogKeyOptions();
        var command = new DocumentedCommand(
            "check",
            "Verifies the manifest's signature and every file that it lists, without a network. Files that it does not list are not looked at.",
            "signctl roots check roots --key log.pub"
        )
        {
            folder,
        };
        keys.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var path = parsed.GetRequiredValue(folder);
                if (!Directory.Exists(path))
                    throw new InvalidInputException($"{path}: no such folder.");
                var roots = new RootsFolder(path);
                var manifest = await roots.ReadManifestAsync(keys.Read(parsed), cancellation);
                foreach (var listed in manifest.Content.Files)
                    await roots.RequireAsync(listed, cancellation);
                RootsTable.Print(manifest.Content);
                return ExitCodes.Done;
            }
        );
        return command;
    }
}
