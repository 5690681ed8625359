using System.Globalization;
using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Api.Requests;

/// <summary>Reads a query string's values and collects what is wrong with them.</summary>
internal sealed class QueryValues(IQueryCollection query)
{
    private readonly List<Violation> _violations = [];

    public IReadOnlyList<Violation> Violations => _violations;

    public string? Text(string name)
    {
        if (!query.TryGetValue(name, out var values) || values.Count == 0)
            return null;
        if (values is [{ Length: > 0 and <= 512 } text] && !text.Any(char.IsControl))
            return text;
        Add(name, "one value of 1 to 512 printable characters", values.ToString());
        return null;
    }

    public long? Number(string name, long smallest, long largest)
    {
        if (Text(name) is not { } text)
            return null;
        if (
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= smallest
            && number <= largest
        )
            return number;
        Add(name, $"a whole number from {smallest} to {largest}", text);
        return null;
    }

    public DateTimeOffset? Time(string name)
    {
        if (Text(name) is not { } text)
            return null;
        // RFC 3339 §5.6; a time without an offset is UTC. An unescaped "+" of an offset arrives as a blank.
        if (
            DateTimeOffset.TryParse(
                text.Replace(' ', '+'),
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var time
            )
        )
            return time;
        Add(name, "a time like 2026-11-20T12:00:00Z (RFC 3339)", text);
        return null;
    }

    /// <summary>Whatever else stands in the query string is a mistake that its sender should hear of.</summary>
    public void RequireKnown(IReadOnlyCollection<string> names)
    {
        foreach (var name in query.Keys.Where(name => !names.Contains(name, StringComparer.OrdinalIgnoreCase)))
            Add(Rule.Quote(name), "one of the parameters " + string.Join(", ", names), "an unknown parameter");
    }

    public void Add(string name, string expected, string actual) =>
        _violations.Add(
            EnvelopeRules.QueryValue.BrokenBy(
                name,
                expected,
                actual,
                $"The value of \"{name}\" can't be used.",
                $"?{name}= with {expected}"
            )
        );
}
