using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.WeakKeys;

/// <summary>
/// Public keys that are never certified because others have the private key, such as those of CVE-2008-0166 (Debian's weak keys).
/// Filled while the configuration is read; afterwards immutable and thread-safe.
/// </summary>
public sealed class KeyBlocklist
{
    private const int TailLength = 20;
    private const int Sha1Length = 40;
    private const int Sha256Length = 64;

    private readonly HashSet<UInt128> _modulusTails = [];
    private readonly HashSet<(UInt128 High, UInt128 Low)> _keys = [];

    /// <summary>Keys named so far.</summary>
    public int Count => _modulusTails.Count + _keys.Count;

    /// <summary>
    /// Adds one line of a list: 20 hexadecimal digits as in Debian's openssl-blacklist (the last of the SHA-1 that
    /// <c>openssl rsa -noout -modulus | sha1sum</c> prints), all 40 of them, or 64 of a SHA-256 over the SubjectPublicKeyInfo.
    /// Empty lines and those that begin with "#" say nothing.
    /// </summary>
    /// <returns>False for a line that is none of these.</returns>
    internal bool TryAdd(string line)
    {
        var text = line.Trim();
        if (text.Length == 0 || text[0] == '#')
            return true;
        if (text.Length is not (TailLength or Sha1Length or Sha256Length) || !text.All(char.IsAsciiHexDigit))
            return false;

        var octets = Convert.FromHexString(text);
        if (text.Length == Sha256Length)
            _keys.Add(Halves(octets));
        else
            _modulusTails.Add(Tail(octets));
        return true;
    }

    /// <summary>True when a list names the key.</summary>
    public bool Contains(RequestedPublicKey key) =>
        (_keys.Count > 0 && _keys.Contains(Halves(key.Sha256)))
        || (_modulusTails.Count > 0 && !key.Modulus.IsEmpty && _modulusTails.Contains(Tail(HashAsOpenSslPrints(key.Modulus.Span))));

    [SuppressMessage(
        "Security",
        "CA5350:Do Not Use Weak Cryptographic Algorithms",
        Justification = "The lists' own format; nothing is secured by it."
    )]
    private static byte[] HashAsOpenSslPrints(ReadOnlySpan<byte> modulus) =>
        SHA1.HashData(Encoding.ASCII.GetBytes($"Modulus={Convert.ToHexString(modulus)}\n"));

    private static UInt128 Tail(ReadOnlySpan<byte> digest) =>
        new(BinaryPrimitives.ReadUInt16BigEndian(digest[^10..]), BinaryPrimitives.ReadUInt64BigEndian(digest[^8..]));

    private static (UInt128 High, UInt128 Low) Halves(ReadOnlySpan<byte> digest) =>
        (BinaryPrimitives.ReadUInt128BigEndian(digest), BinaryPrimitives.ReadUInt128BigEndian(digest[16..]));
}
