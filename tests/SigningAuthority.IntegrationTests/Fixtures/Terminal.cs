namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>Runs a program at a terminal, as a person does: script(1) makes a pseudo-terminal. Lines end in line feeds.</summary>
internal static class Terminal
{
    // As wide as a page needs to be for tests to find whole words in it.
    private const int Columns = 300;

    public static async Task<ProgramResult> RunAsync(IEnumerable<string> command, IReadOnlyDictionary<string, string>? environment = null)
    {
        var quoted = string.Join(' ', command.Select(word => $"'{word.Replace("'", "'\\''")}'"));
        var result = await ExternalProgram.RunAsync(
            "script",
            ["--quiet", "--return", "--command", $"stty cols {Columns} rows 50; exec {quoted}", "/dev/null"],
            environment
        );
        return result with { OutputBytes = [.. result.OutputBytes.Where(octet => octet != (byte)'\r')] };
    }
}
