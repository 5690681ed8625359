using System.Diagnostics;
using System.Text;

namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>What a program that has ended left behind.</summary>
internal sealed record ProgramResult(string Command, int ExitCode, byte[] OutputBytes, string Error)
{
    public string Output => Encoding.UTF8.GetString(OutputBytes);

    /// <summary>All it said, for a failure message.</summary>
    public override string ToString() => $"{Command}\nended with {ExitCode}\n{Output}\n{Error}";

    /// <exception cref="InvalidOperationException">The exit status is not 0; the message has all that the program said.</exception>
    public ProgramResult MustSucceed() => ExitCode == 0 ? this : throw new InvalidOperationException(ToString());
}

/// <summary>Runs a program to its end.</summary>
internal static class ExternalProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <exception cref="TimeoutException">It did not end within three minutes, and was killed.</exception>
    public static async Task<ProgramResult> RunAsync(
        string file,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        byte[]? input = null,
        string? folder = null
    )
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        var command = string.Join(' ', [file, .. start.ArgumentList]);

        using var process = Process.Start(start)!;
        using var output = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output);
        var error = process.StandardError.ReadToEndAsync();
        await WriteAsync(process, input);
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException late)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{command}\ndid not end within {Patience}: {await error}", late);
        }

        await reading;
        return new ProgramResult(command, process.ExitCode, output.ToArray(), await error);
    }

    private static async Task WriteAsync(Process process, byte[]? input)
    {
        try
        {
            if (input is not null)
                await process.StandardInput.BaseStream.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; its exit status and words say why.
        }
    }
}
