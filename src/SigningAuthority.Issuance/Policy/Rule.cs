using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Policy;

/// <summary>
/// One rule's identity: its stable code and where it comes from. A rule is declared once, beside the check that applies
/// it; searching the code finds both.
/// </summary>
public sealed record Rule(string Code, string Source)
{
    private const int LongestQuote = 128;

    public Violation BrokenBy(string field, string expected, string actual, string message, string fix) =>
        new(Code, field, expected, Quote(actual), message, Source, fix);

    /// <summary>What was sent, fit to be shown: control and non-ASCII characters escaped, at most 128 characters.</summary>
    public static string Quote(string text)
    {
        if (PrivateKeyText.IsIn(text))
            return "a private key (not kept)";

        var visible = string.Concat(text.Take(LongestQuote).Select(c => c is >= ' ' and <= '~' ? c.ToString() : $"\\u{(int)c:x4}"));
        return text.Length > LongestQuote ? visible + "…" : visible;
    }
}
