using System.Text;

namespace SigningAuthority.Issuance.Approvals;

/// <summary>
/// How every signed statement is written: a first line that says what it is, then a line a value, each ended by a line feed; control characters
/// and backslashes inside of a value are escaped, so that no value can pretend to be another line.
/// </summary>
internal sealed class StatementText(string firstLine)
{
    private readonly StringBuilder _text = new StringBuilder(firstLine).Append('\n');

    public StatementText Line(string name, string value)
    {
        _text.Append(name).Append(": ").Append(Escape(value)).Append('\n');
        return this;
    }

    public override string ToString() => _text.ToString();

    private static string Escape(string value) =>
        value.All(c => !char.IsControl(c) && c != '\\')
            ? value
            : string.Concat(value.Select(c => char.IsControl(c) || c == '\\' ? $"\\u{(int)c:x4}" : c.ToString()));
}
