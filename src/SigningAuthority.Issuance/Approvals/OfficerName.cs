using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace SigningAuthority.Issuance.Approvals;

/// <summary>
/// A person who approves: lower-case letters, digits and inner hyphens, 1 to 32. Whoever is registered again after a lost key keeps the
/// name, so "two different officers" are two different names.
/// </summary>
public readonly partial record struct OfficerName
{
    private readonly string? _text;

    private OfficerName(string text) => _text = text;

    public string Value => _text ?? "";

    public static bool TryParse([NotNullWhen(true)] string? text, out OfficerName name)
    {
        var valid = text is not null && Pattern().IsMatch(text);
        name = valid ? new OfficerName(text!) : default;
        return valid;
    }

    /// <exception cref="FormatException">The text is not an officer's name.</exception>
    public static OfficerName Parse(string text) =>
        TryParse(text, out var name) ? name : throw new FormatException($"'{text}' is not an officer's name.");

    public override string ToString() => Value;

    [GeneratedRegex(@"\A[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
