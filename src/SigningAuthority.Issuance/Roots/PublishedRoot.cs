using System.Security.Cryptography;
using SigningAuthority.Issuance.Configuration;

namespace SigningAuthority.Issuance.Roots;

/// <summary>A root certificate with what is published about it.</summary>
/// <param name="Id">Stable; the name of its files.</param>
/// <param name="Purpose">ServerRoot or ClientRoot.</param>
/// <param name="Subject">RFC 4514.</param>
/// <param name="PublishedAs">A second name of its files, or null.</param>
/// <param name="ActiveFrom">First moment of issuance, inclusive; null where it signs from its ceremony on.</param>
/// <param name="Der">The self-signed certificate.</param>
/// <param name="SubjectPublicKeyInfo">DER.</param>
public sealed record PublishedRoot(
    string Id,
    AuthorityPurpose Purpose,
    Standing Standing,
    string DisplayName,
    string Subject,
    string? PublishedAs,
    DateTimeOffset? ActiveFrom,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter,
    byte[] Der,
    byte[] SubjectPublicKeyInfo
)
{
    /// <summary>Whether the bundles hold it: next, current and old ones. Who keeps trusting a retired root does so by its own file.</summary>
    public bool IsBundled => Standing != Standing.Retired;

    /// <summary>Names of its files, without their extensions.</summary>
    public IReadOnlyList<string> Names => PublishedAs is { } known && known != Id ? [Id, known] : [Id];

    internal string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Der));

    internal string PublicKeySha256 => Convert.ToHexStringLower(SHA256.HashData(SubjectPublicKeyInfo));
}
