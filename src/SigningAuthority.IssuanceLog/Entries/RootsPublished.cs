using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>The list of what is published of the roots was signed, and is served from now on.</summary>
public sealed record RootsPublished : LogEntry
{
    public const string TypeName = "roots.published";

    public override string Type => TypeName;

    public required long ManifestVersion { get; init; }

    /// <summary>Over the manifest's octets.</summary>
    public required string ManifestSha256 { get; init; }

    /// <summary>Over the signature's octets: there is one, however often the key was asked.</summary>
    public required string SignatureSha256 { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteNumber("manifestVersion", ManifestVersion);
        json.WriteDigest("manifestSha256", ManifestSha256);
        json.WriteDigest("signatureSha256", SignatureSha256);
    }
}
