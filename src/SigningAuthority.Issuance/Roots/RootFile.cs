using System.Security.Cryptography;

namespace SigningAuthority.Issuance.Roots;

/// <summary>A file under /roots/ that the manifest vouches for.</summary>
/// <param name="Name">Stable: what stands under it grows or is exchanged, the name stays.</param>
public sealed record RootFile(string Name, byte[] Content)
{
    /// <summary>Lower-case hexadecimal.</summary>
    public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Content));
}
