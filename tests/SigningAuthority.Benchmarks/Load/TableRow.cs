using System.Globalization;

namespace SigningAuthority.Benchmarks.Load;

/// <summary>A row of the Markdown table whose head stands in compare.sh.</summary>
internal static class TableRow
{
    public static string Of(string label, LoadResult result, double?[] microseconds, double?[] megabytes)
    {
        string[] cells =
        [
            label,
            Number(result.Issued / result.Took.TotalSeconds),
            Milliseconds(result.Percentile(0.5)),
            Milliseconds(result.Percentile(0.99)),
            .. microseconds.Select(Number),
            Number(microseconds.Sum()),
            string.Join(" / ", megabytes.Select(Number)),
            Remarks(result),
        ];
        return $"| {string.Join(" | ", cells)} |";
    }

    private static string Number(double? value) => value is { } number ? number.ToString("#,0", CultureInfo.InvariantCulture) : "–";

    private static string Milliseconds(double value) =>
        double.IsNaN(value) ? "–" : value.ToString(value < 10 ? "0.0" : "#,0", CultureInfo.InvariantCulture);

    private static string Remarks(LoadResult result)
    {
        var remarks = new List<string>();
        if (result.TurnedAway > 0)
            remarks.Add($"{result.TurnedAway} × 503, sent again");
        if (result.Failed > 0)
            remarks.Add($"{result.Failed} FAILED");
        return string.Join(", ", remarks);
    }
}
