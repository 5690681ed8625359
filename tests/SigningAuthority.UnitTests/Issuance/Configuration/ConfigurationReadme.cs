using System.Text.RegularExpressions;

namespace SigningAuthority.UnitTests.Issuance.Configuration;

/// <summary>Reads the tables of ca-config/README.md, which tests hold against the code.</summary>
internal static class ConfigurationReadme
{
    /// <summary>Key and meaning, of the table under "## section/"; Markdown's marks are left out of the meaning.</summary>
    public static IReadOnlyDictionary<string, string> KeysOf(string section) =>
        RowsUnder($"## {section}/")
            .Where(row => row.Length == 3 && row[0].StartsWith('`'))
            .ToDictionary(row => row[0].Trim('`'), row => row[2].Replace("`", "").Replace("**", ""));

    /// <summary>Cells of each row of the tables under a heading, up to the next of the same depth; head and rule included.</summary>
    public static IReadOnlyList<string[]> RowsUnder(string heading)
    {
        var depth = heading.TakeWhile(character => character == '#').Count();
        return
        [
            .. File.ReadLines(Path.Combine(RepositoryFolder.Configuration, "README.md"))
                .SkipWhile(line => line != heading)
                .Skip(1)
                .TakeWhile(line => !Regex.IsMatch(line, $"^#{{1,{depth}}} "))
                .Where(line => line.StartsWith('|'))
                .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray()),
        ];
    }
}
