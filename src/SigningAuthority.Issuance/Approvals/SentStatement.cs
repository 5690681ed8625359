using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace SigningAuthority.Issuance.Approvals;

/// <summary>
/// What the officer chose in a statement that was sent as a whole. Everything else in it is not believed but compared: the statement
/// is written anew from the request, and must come out the same.
/// </summary>
public sealed record SentStatement(OfficerVerdict Verdict, string Reason, DateTimeOffset At)
{
    public static bool TryRead(string text, [NotNullWhen(true)] out SentStatement? statement)
    {
        statement = null;
        var lines = text.Split('\n');
        if (
            lines[0] == ApprovalStatement.FirstLine
            && Value(lines, "decision") is { } decision
            && Value(lines, "reason") is { } escaped
            && Unescape(escaped) is { } reason
            && Value(lines, "at") is { } time
            && decision is "approve" or "refuse"
            && ApprovalStatement.TryReadTime(time, out var at)
        )
            statement = new SentStatement(decision == "approve" ? OfficerVerdict.Approve : OfficerVerdict.Refuse, reason, at);
        return statement is not null;
    }

    private static string? Value(string[] lines, string name) =>
        lines.Where(line => line.StartsWith(name + ": ", StringComparison.Ordinal)).ToList() is [var only]
            ? only[(name.Length + 2)..]
            : null;

    private static string? Unescape(string value)
    {
        var text = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] != '\\')
            {
                text.Append(value[i]);
                continue;
            }

            if (
                i + 6 > value.Length
                || value[i + 1] != 'u'
                || !ushort.TryParse(value.AsSpan(i + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            )
                return null;
            text.Append((char)code);
            i += 5;
        }

        return text.ToString();
    }
}
