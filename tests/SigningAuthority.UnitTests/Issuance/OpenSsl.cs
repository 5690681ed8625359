using System.Diagnostics;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance;

/// <summary>Debian's own openssl, and the shell that people paste our lines into.</summary>
internal static class OpenSsl
{
    /// <returns>Standard output.</returns>
    public static string Run(string arguments, string input) => RunInShell("openssl " + arguments, Path.GetTempPath(), input);

    /// <summary>Runs a line in sh; fails the test unless it succeeds.</summary>
    public static string RunInShell(string line, string folder, string input = "")
    {
        using var process = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", line])
            {
                WorkingDirectory = folder,
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{line}: {errors.Result}");
        return output;
    }
}
