using SigningAuthority.Client.CommandLine;
using SigningAuthority.Issuance.Roots;

namespace SigningAuthority.Client.Roots;

internal static class RootsTable
{
    /// <summary>Number and time of the manifest, then a line a root: standing, id, fingerprint, name.</summary>
    public static void Print(RootManifest manifest)
    {
        Console.Out.WriteLine($"version {manifest.Version} of {manifest.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
        foreach (var root in manifest.Roots)
            Console.Out.WriteLine(
                $"{root.Standing.ToString().ToLowerInvariant(), -8} {PlainText.Of(root.Id), -12} {root.Sha256} {PlainText.Of(root.DisplayName)}"
            );
    }
}
