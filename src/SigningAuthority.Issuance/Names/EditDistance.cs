namespace SigningAuthority.Issuance.Names;

/// <summary>
/// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours between two texts, no part edited
/// twice (Damerau, "A technique for computer detection and correction of spelling errors", CACM 7(3), 1964: four of five
/// typing errors are one of these).
/// </summary>
internal static class EditDistance
{
    /// <summary>Longest text that is compared: a name has at most 253 characters.</summary>
    private const int Longest = 256;

    /// <returns>The distance; <paramref name="most"/> + 1 when it is more than <paramref name="most"/>.</returns>
    public static int Between(string first, string second, int most)
    {
        if (Math.Abs(first.Length - second.Length) > most || Math.Max(first.Length, second.Length) > Longest)
            return most + 1;

        Span<int> beforeLast = stackalloc int[second.Length + 1];
        Span<int> last = stackalloc int[second.Length + 1];
        Span<int> row = stackalloc int[second.Length + 1];
        for (var j = 0; j <= second.Length; j++)
            last[j] = j;

        for (var i = 1; i <= first.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= second.Length; j++)
            {
                var substitution = last[j - 1] + (first[i - 1] == second[j - 1] ? 0 : 1);
                row[j] = Math.Min(Math.Min(last[j], row[j - 1]) + 1, substitution);
                if (i > 1 && j > 1 && first[i - 1] == second[j - 2] && first[i - 2] == second[j - 1])
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
            }

            var oldest = beforeLast;
            beforeLast = last;
            last = row;
            row = oldest;
        }

        return Math.Min(last[second.Length], most + 1);
    }
}
