using System.Diagnostics.CodeAnalysis;

namespace SigningAuthority.Resolution;

/// <summary>
/// A name that can be asked for: labels of 1 to 63 letters, digits, hyphens and underscores (RFC 8552: "_name" is how a record
/// says that it is no host), at most 253 characters (RFC 1035 §2.3.4 less length octet and root), lower case, no trailing dot.
/// </summary>
public sealed record DnsName
{
    private const int Longest = 253;
    private const int LongestLabel = 63;

    private DnsName(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse(string? text, [NotNullWhen(true)] out DnsName? name)
    {
        var isName =
            text is { Length: > 0 and <= Longest }
            && text.Split('.').All(label => label.Length is > 0 and <= LongestLabel && label.All(IsLetter));
        name = isName ? new DnsName(text!.ToLowerInvariant()) : null;
        return isName;
    }

    /// <exception cref="FormatException">The text is no such name.</exception>
    public static DnsName Parse(string text) =>
        TryParse(text, out var name) ? name : throw new FormatException($"'{text}' is no name for DNS.");

    public override string ToString() => Value;

    private static bool IsLetter(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_';
}
