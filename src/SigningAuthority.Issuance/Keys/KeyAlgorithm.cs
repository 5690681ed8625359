using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace SigningAuthority.Issuance.Keys;

/// <summary>
/// An algorithm and size that an authority's key may have. The list is closed: RSA signs certificates with PKCS#1 v1.5
/// and SHA-256, whose signatures are deterministic (RFC 8017 §8.2) and which every device's firmware verifies; ECDSA
/// P-256 with SHA-256 signs the log's checkpoints, which no device reads.
/// </summary>
public sealed record KeyAlgorithm
{
    public static readonly KeyAlgorithm Rsa2048 = new("RSA-2048", 2048, isRsa: true);
    public static readonly KeyAlgorithm Rsa3072 = new("RSA-3072", 3072, isRsa: true);
    public static readonly KeyAlgorithm Rsa4096 = new("RSA-4096", 4096, isRsa: true);
    public static readonly KeyAlgorithm EcP256 = new("EC-P256", 256, isRsa: false);

    private KeyAlgorithm(string name, int sizeInBits, bool isRsa)
    {
        Name = name;
        SizeInBits = sizeInBits;
        IsRsa = isRsa;
    }

    /// <summary>Every algorithm there is, in the order a message should list them.</summary>
    public static IReadOnlyList<KeyAlgorithm> All { get; } = [Rsa2048, Rsa3072, Rsa4096, EcP256];

    /// <summary>As configuration and log entries write it: "RSA-2048", "EC-P256".</summary>
    public string Name { get; }

    /// <summary>Bits of the RSA modulus or of the curve's field.</summary>
    public int SizeInBits { get; }

    public bool IsRsa { get; }

    /// <summary>The hash a signature is made over: SHA-256 for all of them.</summary>
    public HashAlgorithmName Hash => HashAlgorithmName.SHA256;

    /// <summary>Exact match, upper case.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out KeyAlgorithm? algorithm)
    {
        algorithm = All.FirstOrDefault(a => a.Name == text);
        return algorithm is not null;
    }

    /// <exception cref="FormatException">The text names none of <see cref="All"/>.</exception>
    public static KeyAlgorithm Parse(string text) =>
        TryParse(text, out var algorithm)
            ? algorithm
            : throw new FormatException($"'{text}' is not a key algorithm; known are {string.Join(", ", All)}.");

    public override string ToString() => Name;
}
