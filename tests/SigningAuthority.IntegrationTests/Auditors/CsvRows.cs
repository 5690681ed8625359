using System.Text;

namespace SigningAuthority.IntegrationTests.Auditors;

/// <summary>Reads RFC 4180 text by its grammar, independently of what wrote it.</summary>
internal static class CsvRows
{
    public static IReadOnlyList<string[]> Read(string text)
    {
        var (rows, row, field, isQuoted) = (new List<string[]>(), new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            if (isQuoted && text[i] == '"' && i + 1 < text.Length && text[i + 1] == '"')
                field.Append(text[i++]);
            else if (text[i] == '"')
                isQuoted = !isQuoted;
            else if (isQuoted || text[i] is not (',' or '\r' or '\n'))
                field.Append(text[i]);
            else if (text[i] != '\r')
            {
                row.Add(field.ToString());
                field.Clear();
                if (text[i] == '\n')
                {
                    rows.Add([.. row]);
                    row.Clear();
                }
            }
        }

        return rows;
    }
}
