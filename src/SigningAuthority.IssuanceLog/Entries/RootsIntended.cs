using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>What is published of the roots has changed: the list of it, which the log's key is going to be asked to sign.</summary>
public sealed record RootsIntended : LogEntry
{
    public const string TypeName = "roots.intended";

    public override string Type => TypeName;

    /// <summary>From 1 without gaps.</summary>
    public required long ManifestVersion { get; init; }

    /// <summary>Over the manifest's octets.</summary>
    public required string ManifestSha256 { get; init; }

    /// <summary>"authority: added" and so on (added, activated, superseded, retired, rescheduled, removed).</summary>
    public required IReadOnlyList<string> Changes { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteNumber("manifestVersion", ManifestVersion);
        json.WriteDigest("manifestSha256", ManifestSha256);
        json.WriteTexts("changes", Changes);
    }
}
