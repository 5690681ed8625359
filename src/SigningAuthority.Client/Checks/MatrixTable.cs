using SigningAuthority.Client.CommandLine;
using SigningAuthority.Issuance.Firmware;

namespace SigningAuthority.Client.Checks;

/// <summary>An acceptance matrix in columns: the same text at a terminal and in a pipe.</summary>
internal static class MatrixTable
{
    private static readonly string[] Head = ["FAMILY", "FIRMWARE", "GENERATION", "ACCEPTED", "WHY NOT"];

    public static void Print(TextWriter output, IReadOnlyList<MatrixRow> rows) =>
        TextColumns.Print(
            output,
            Head,
            [
                .. rows.Select(row =>
                    new[]
                    {
                        row.Family,
                        Firmware(row.FromFirmware, row.BeforeFirmware),
                        row.Generation,
                        row.Accepted ? "yes" : "no",
                        string.Join(", ", row.Reasons.Select(reason => reason.Code)),
                    }
                ),
            ]
        );

    /// <summary>"any", "before 7.5.6", "7.5.6 and later", "6.1 to before 6.3".</summary>
    public static string Firmware(string? from, string? before) =>
        (from, before) switch
        {
            (null, null) => "any",
            (null, _) => $"before {before}",
            (_, null) => $"{from} and later",
            _ => $"{from} to before {before}",
        };

    /// <summary>Each reason that stands in the matrix, explained once. That firmware lacks a root is a fact of the field, and nobody's to mend.</summary>
    public static void PrintReasons(TextWriter output, IReadOnlyList<MatrixRow> rows) =>
        PrintReasons(output, [.. rows.SelectMany(row => row.Reasons).Where(reason => reason.Code != RefusalCodes.RootNotInFirmware)]);

    public static void PrintReasons(TextWriter output, IReadOnlyList<Refusal> reasons)
    {
        foreach (var reason in reasons.DistinctBy(reason => (reason.Code, reason.Expected, reason.Actual)))
        {
            output.WriteLine($"  {PlainText.Of(reason.Code)}: {PlainText.Of(reason.Message)}");
            Line(output, "expected: ", reason.Expected);
            Line(output, "actual:   ", reason.Actual);
            Line(output, "source:   ", reason.Source);
            Line(output, "fix:      ", reason.Fix);
        }
    }

    private static void Line(TextWriter output, string label, string? text)
    {
        if (!string.IsNullOrEmpty(text))
            output.WriteLine($"     {label}{PlainText.Of(text)}");
    }
}
