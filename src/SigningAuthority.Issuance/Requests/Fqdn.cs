using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace SigningAuthority.Issuance.Requests;

/// <summary>
/// A fully qualified domain name as a server certificate may carry it: at least two labels of letters, digits and
/// inner hyphens (RFC 1034 §3.5, RFC 5890 §2.3.1 "LDH label"), each 1 to 63 octets, the whole at most 253, lower case,
/// without a trailing dot. Never an IP literal, a wildcard or a punycode ("xn--") name.
/// </summary>
public sealed partial record Fqdn
{
    private Fqdn(string value) => Value = value;

    /// <summary>The name in lower case, without a trailing dot.</summary>
    public string Value { get; }

    public static bool TryParse(string? text, [NotNullWhen(true)] out Fqdn? fqdn) =>
        (fqdn = Explain(text) == FqdnDefect.None ? new Fqdn(text!.ToLowerInvariant()) : null) is not null;

    /// <exception cref="FormatException">The text is not such a name.</exception>
    public static Fqdn Parse(string text) =>
        TryParse(text, out var fqdn)
            ? fqdn
            : throw new FormatException($"'{text}' is not a fully qualified domain name. {Explain(text).Describe()}");

    /// <summary>Says what keeps the text from being a name, the most telling defect first.</summary>
    public static FqdnDefect Explain(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return FqdnDefect.Empty;
        if (text.Any(character => character > 0x7F))
            return FqdnDefect.NotAscii;
        if (text.Contains('*'))
            return FqdnDefect.Wildcard;
        if (IpLiteral().IsMatch(text))
            return FqdnDefect.IpLiteral;
        if (text.EndsWith('.'))
            return FqdnDefect.TrailingDot;
        if (text.Length > 253)
            return FqdnDefect.TooLong;

        var labels = text.Split('.');
        if (labels.Length < 2)
            return FqdnDefect.SingleLabel;
        if (labels.Any(label => label.StartsWith("xn--", StringComparison.OrdinalIgnoreCase)))
            return FqdnDefect.Punycode;
        if (!labels.All(label => LdhLabel().IsMatch(label)))
            return FqdnDefect.BadLabel;
        // RFC 3696 §2: a top-level label is not all-numeric, so that no name can be read as an address; inet_aton() also reads "0x7f".
        return NumberLabel().IsMatch(labels[^1]) ? FqdnDefect.IpLiteral : FqdnDefect.None;
    }

    /// <summary>True when this name equals <paramref name="suffix"/> or, if <paramref name="includeSubdomains"/>, ends in "." + suffix.</summary>
    public bool IsUnder(Fqdn suffix, bool includeSubdomains = true) =>
        Value == suffix.Value || (includeSubdomains && Value.EndsWith("." + suffix.Value, StringComparison.Ordinal));

    public override string ToString() => Value;

    [GeneratedRegex(@"\A[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex LdhLabel();

    [GeneratedRegex(@"\A(?:[0-9]+|0[xX][0-9A-Fa-f]*)\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex NumberLabel();

    [GeneratedRegex(
        @"\A(?:\d{1,3}(?:\.\d{1,3}){3}|\[.*\]|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*)\z",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking
    )]
    private static partial Regex IpLiteral();
}

/// <summary>What keeps a text from being an <see cref="Fqdn"/>.</summary>
public enum FqdnDefect
{
    None,
    Empty,
    NotAscii,
    Wildcard,
    IpLiteral,
    TrailingDot,
    TooLong,
    SingleLabel,
    Punycode,
    BadLabel,
}

public static class FqdnDefects
{
    /// <summary>The defect in a sentence.</summary>
    public static string Describe(this FqdnDefect defect) =>
        defect switch
        {
            FqdnDefect.None => "Nothing is wrong with the name.",
            FqdnDefect.Empty => "There is no name.",
            FqdnDefect.NotAscii => "The name has characters that no host name has.",
            FqdnDefect.Wildcard => "A wildcard is no host's name.",
            FqdnDefect.IpLiteral => "An IP address is no name.",
            FqdnDefect.TrailingDot => "The name ends in a dot.",
            FqdnDefect.TooLong => "The name is longer than 253 characters.",
            FqdnDefect.SingleLabel => "The name has one label only; a fully qualified name has at least two.",
            FqdnDefect.Punycode => "Internationalized names (xn--) are not known to the devices.",
            _ => "A label of the name is empty, longer than 63 characters, or has characters other than letters, digits and inner hyphens.",
        };
}
