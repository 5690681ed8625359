using System.Diagnostics;

namespace SigningAuthority.UnitTests.IssuanceLog.Tiles;

/// <summary>The second opinion of tests/go-tlog: Debian's golang-golang-x-mod-dev, built once a test run.</summary>
internal static class GoTransparencyLog
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static Task<string>? _built;

    /// <summary>What the program printed.</summary>
    /// <exception cref="InvalidOperationException">It found something, or could not be built; the message says what.</exception>
    internal static async Task<string> RunAsync(string repository, string[] arguments, string input = "")
    {
        var program = await (_built ??= BuildAsync(Path.Combine(repository, "tests", "go-tlog")));
        return await RunAsync(program, arguments, input, Path.GetTempPath());
    }

    // GOPATH mode is how Debian packages Go's libraries: nothing is fetched.
    private static async Task<string> BuildAsync(string source)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "go-tlog");
        await RunAsync("go", ["build", "-o", program, "."], "", source);
        return program;
    }

    private static async Task<string> RunAsync(string file, string[] arguments, string input, string folder)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.Environment["GO111MODULE"] = "off";
        start.Environment["GOFLAGS"] = "";
        start.Environment["GOPATH"] = "/usr/share/gocode";
        start.Environment["GOCACHE"] = Path.Combine(AppContext.BaseDirectory, "go-cache");
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(Patience);
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{file}: {await error}");
    }
}
