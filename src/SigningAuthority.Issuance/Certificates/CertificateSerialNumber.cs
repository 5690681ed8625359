using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace SigningAuthority.Issuance.Certificates;

/// <summary>
/// A certificate's serial number: a positive INTEGER of at most 20 octets (RFC 5280 §4.1.2.2), unique per issuer.
/// Held as big-endian content octets without a sign octet; written as upper-case hexadecimal, as OpenSSL prints it.
/// </summary>
public readonly record struct CertificateSerialNumber
{
    /// <summary>Octets drawn: 16, of which 126 bits are random (≥ 64 are asked for by CA/B Forum BR 7.1).</summary>
    public const int DrawnLength = 16;

    private readonly string? _hex;

    private CertificateSerialNumber(string hex) => _hex = hex;

    /// <summary>Upper-case hexadecimal, two digits an octet.</summary>
    public string Hex => _hex ?? "00";

    /// <summary>Big-endian magnitude octets; the first is never zero.</summary>
    public byte[] ToBytes() => Convert.FromHexString(Hex);

    /// <summary>
    /// Draws a fresh number. The top two bits are fixed to 01: the number is positive without a sign octet and always
    /// 16 octets long, so that every certificate of a profile has the same length.
    /// </summary>
    public static CertificateSerialNumber Draw()
    {
        Span<byte> octets = stackalloc byte[DrawnLength];
        RandomNumberGenerator.Fill(octets);
        octets[0] = (byte)((octets[0] & 0x3F) | 0x40);
        return FromBytes(octets);
    }

    /// <param name="octets">Big-endian magnitude, 1 to 20 octets, the first neither zero nor above 0x7F when 20 long.</param>
    /// <exception cref="ArgumentException">The octets are not such a number.</exception>
    public static CertificateSerialNumber FromBytes(ReadOnlySpan<byte> octets)
    {
        if (octets.Length is 0 or > 20 || octets[0] == 0 || (octets.Length == 20 && octets[0] > 0x7F))
            throw new ArgumentException("A serial number has 1 to 20 octets and is positive (RFC 5280 §4.1.2.2).", nameof(octets));
        return new CertificateSerialNumber(Convert.ToHexString(octets));
    }

    /// <summary>As people have it from tools: hexadecimal of either case, two digits an octet or one less, colons between octets, leading zeros.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out CertificateSerialNumber serial)
    {
        serial = default;
        var digits = (text ?? "").Replace(":", "", StringComparison.Ordinal).TrimStart('0');
        if (digits.Length is 0 or > 40 || !digits.All(char.IsAsciiHexDigit))
            return false;
        var octets = Convert.FromHexString(digits.Length % 2 == 0 ? digits : "0" + digits);
        if (octets.Length == 20 && octets[0] > 0x7F)
            return false;
        serial = FromBytes(octets);
        return true;
    }

    public override string ToString() => Hex;
}
