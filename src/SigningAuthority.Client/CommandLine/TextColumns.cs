namespace SigningAuthority.Client.CommandLine;

/// <summary>A table as plain text, two blanks between columns, nothing after the last: what scripts can cut.</summary>
internal static class TextColumns
{
    public static void Print(TextWriter output, IReadOnlyList<string> head, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var lines = rows.Prepend(head).Select(line => line.Select(cell => PlainText.Of(cell, 200)).ToList()).ToList();
        var widths = Enumerable.Range(0, head.Count).Select(column => lines.Max(line => line[column].Length)).ToList();
        foreach (var line in lines)
            output.WriteLine(string.Join("  ", line.Zip(widths, (cell, width) => cell.PadRight(width))).TrimEnd());
    }
}
