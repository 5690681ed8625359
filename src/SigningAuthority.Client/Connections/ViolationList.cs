using SigningAuthority.Client.CommandLine;
using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Client.Connections;

/// <summary>The broken rules as a numbered list: code and field, the sentence, expected and actual, source, fix.</summary>
internal static class ViolationList
{
    public static void Print(TextWriter output, IReadOnlyList<Violation> violations)
    {
        for (var i = 0; i < violations.Count; i++)
        {
            var violation = violations[i];
            output.WriteLine($"  {i + 1}. {PlainText.Of(violation.Code)} ({PlainText.Of(violation.Field)})");
            Line(output, "", violation.Message);
            Line(output, "expected: ", violation.Expected);
            Line(output, "actual:   ", violation.Actual);
            Line(output, "source:   ", violation.Source);
            Line(output, "fix:      ", violation.Fix);
        }
    }

    // A server of another version may leave members out.
    private static void Line(TextWriter output, string label, string? text)
    {
        if (!string.IsNullOrEmpty(text))
            output.WriteLine($"     {label}{PlainText.Of(text)}");
    }
}
