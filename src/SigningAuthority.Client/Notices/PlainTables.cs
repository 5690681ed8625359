using SigningAuthority.Client.CommandLine;
using Spectre.Console;

namespace SigningAuthority.Client.Notices;

internal static class PlainTables
{
    /// <summary>Cells that others wrote: neither markup nor control characters of theirs reach the terminal.</summary>
    public static void AddPlainRow(this Table table, params IEnumerable<string?> cells) =>
        table.AddRow([.. cells.Select(cell => Markup.Escape(PlainText.Of(cell)))]);
}
