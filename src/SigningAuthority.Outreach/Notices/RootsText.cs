using System.Globalization;
using System.Text;
using SigningAuthority.Issuance.Roots;

namespace SigningAuthority.Outreach.Notices;

/// <summary>What is told of a change of the roots: which, and where the files are that a provider trusts.</summary>
internal static class RootsText
{
    /// <summary>Relative to the service's address.</summary>
    private const string Bundle = "/roots/client-bundle.pem";

    private const string Command = "signctl roots fetch --out roots --key log.pub";

    /// <summary>One line, printable ASCII.</summary>
    public static string Subject(IReadOnlyList<RootChange> changes) =>
        Ascii(
            changes switch
            {
                [] => "The roots changed",
                [var only] => "Roots: " + only.Tell(),
                _ => $"Roots: {changes[0].Tell()}; {(changes.Count - 1).ToString(CultureInfo.InvariantCulture)} more",
            }
        );

    /// <summary>A mail's text after its first line, printable ASCII.</summary>
    public static StringBuilder Append(StringBuilder text, long version, IReadOnlyList<RootChange> changes)
    {
        foreach (var change in changes)
        {
            text.Append("  ").Append(Ascii(change.Tell())).Append(".\r\n");
            text.Append("    /roots/").Append(change.Root.Id).Append(".pem\r\n    SHA-256 ").Append(change.Root.Sha256).Append("\r\n\r\n");
        }

        text.Append("Devices are told apart from strangers by the client roots that your server\r\n");
        text.Append("trusts: give it the new bundle, and reload it.\r\n\r\n");
        text.Append("  ").Append(Command).Append("\r\n");
        text.Append("  ").Append(Bundle).Append("\r\n\r\n");
        text.Append("It is version ").Append(version.ToString(CultureInfo.InvariantCulture)).Append(" of /roots/manifest.json.\r\n");
        return text.Append("Every contact is told of this, since whoever misses it turns devices away.\r\n");
    }

    public static RootsBody Describe(long version, IReadOnlyList<RootChange> changes) =>
        new(
            version,
            [
                .. changes.Select(change => new RootChangeBody(
                    change.Root.Id,
                    change.Root.Purpose.ToString(),
                    change.Kind.ToString().ToLowerInvariant(),
                    change.Root.Standing.ToString().ToLowerInvariant(),
                    change.Tell(),
                    change.Root.Sha256,
                    change.Root.NotAfter,
                    change.Root.ActiveFrom,
                    $"/roots/{change.Root.Id}.pem"
                )),
            ],
            "/roots/manifest.json",
            Bundle,
            Command
        );

    // A display name may hold anything; a mail's header may not.
    private static string Ascii(string text) => string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c : '?'));
}

/// <param name="Version">Of the manifest.</param>
/// <param name="Manifest">Address, as all here below the service's own.</param>
internal sealed record RootsBody(long Version, IReadOnlyList<RootChangeBody> Changes, string Manifest, string ClientBundle, string Command);

/// <param name="Change">added, activated, superseded, retired, rescheduled or removed.</param>
/// <param name="Sha256">Of the DER certificate.</param>
internal sealed record RootChangeBody(
    string Root,
    string Purpose,
    string Change,
    string Standing,
    string Message,
    string Sha256,
    DateTimeOffset NotAfter,
    DateTimeOffset? ActiveFrom,
    string Href
);
