using System.Security.Cryptography;
using SigningAuthority.Issuance.Configuration;

namespace SigningAuthority.Issuance.Roots;

/// <summary>A file as the manifest names it.</summary>
/// <param name="Sha256">Lower-case hexadecimal.</param>
public sealed record ManifestFile(string Name, string Sha256);

/// <summary>A root as the manifest names it.</summary>
/// <param name="Sha256">Of the DER certificate, lower-case hexadecimal.</param>
/// <param name="PublicKeySha256">Of the DER SubjectPublicKeyInfo.</param>
public sealed record ManifestRoot(
    string Id,
    AuthorityPurpose Purpose,
    Standing Standing,
    string DisplayName,
    string Subject,
    string? PublishedAs,
    string Sha256,
    string PublicKeySha256,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter,
    DateTimeOffset? ActiveFrom,
    IReadOnlyList<ManifestFile> Files
);

/// <summary>
/// What is published of the roots at one time, as it is signed with the log's key. A new version is made when, and only when, something in
/// it changed but its number and time.
/// </summary>
/// <param name="Origin">The log's name, whose key signs: the manifest of one authority is not another's.</param>
/// <param name="Version">1 and up, without gaps.</param>
/// <param name="At">When this version was made, whole seconds.</param>
/// <param name="Roots">In the order of <see cref="PublishedOrder"/>, which is the bundles' too.</param>
public sealed record RootManifest(
    string Origin,
    long Version,
    DateTimeOffset At,
    IReadOnlyList<ManifestRoot> Roots,
    IReadOnlyList<ManifestFile> Bundles
)
{
    /// <summary>Every file with its digest.</summary>
    public IEnumerable<ManifestFile> Files => Roots.SelectMany(root => root.Files).Concat(Bundles);

    public static RootManifest Of(string origin, long version, DateTimeOffset at, IReadOnlyList<PublishedRoot> roots) =>
        new(origin, version, at, [.. roots.Select(Describe)], [.. RootFiles.BundlesOf(roots).Select(Describe)]);

    /// <summary>Whether every root that it lists is at hand, with the certificate that it lists.</summary>
    /// <param name="certificateOf">DER by id; null for what is not at hand.</param>
    public bool IsOf(Func<string, byte[]?> certificateOf) =>
        Roots.All(root => certificateOf(root.Id) is { } der && Convert.ToHexStringLower(SHA256.HashData(der)) == root.Sha256);

    /// <summary>UTF-8 JSON, one way to write each manifest.</summary>
    public byte[] Encode() => RootManifestFormat.Write(this);

    /// <exception cref="FormatException">The bytes are no manifest of this form; the message says where.</exception>
    public static RootManifest Read(ReadOnlySpan<byte> utf8) => RootManifestFormat.Read(utf8);

    private static ManifestFile Describe(RootFile file) => new(file.Name, file.Sha256);

    private static ManifestRoot Describe(PublishedRoot root) =>
        new(
            root.Id,
            root.Purpose,
            root.Standing,
            root.DisplayName,
            root.Subject,
            root.PublishedAs,
            root.Sha256,
            root.PublicKeySha256,
            root.NotBefore,
            root.NotAfter,
            root.ActiveFrom,
            [.. RootFiles.Of(root).Select(Describe)]
        );
}
