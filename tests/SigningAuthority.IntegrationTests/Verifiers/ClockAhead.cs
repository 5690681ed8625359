using SigningAuthority.IntegrationTests.Fixtures;

namespace SigningAuthority.IntegrationTests.Verifiers;

/// <summary>Runs a program whose clock is ahead of ours (libfaketime).</summary>
/// <remarks>
/// By the library and not by its program <c>faketime</c>: that stands between a server and the signals that stop it, and it ends with 1 where
/// a process that was killed has left a semaphore of the same process id (faketime 0.9.10), which comes round in a long run.
/// </remarks>
internal static class ClockAhead
{
    private static readonly Lazy<string> Library = new(() =>
        Directory
            .EnumerateFiles("/usr/lib", "libfaketime.so.1", SearchOption.AllDirectories)
            .First(file => file.Contains("faketime/", StringComparison.Ordinal))
    );

    /// <param name="by">Nothing is done to the clock where it is zero.</param>
    public static IReadOnlyDictionary<string, string> Environment(TimeSpan by) =>
        by == TimeSpan.Zero
            ? new Dictionary<string, string>()
            : new Dictionary<string, string>
            {
                ["LD_PRELOAD"] = Library.Value,
                ["FAKETIME"] = $"+{by.TotalSeconds:F0}s",
                ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
            };

    /// <param name="by">Nothing is done to the clock where it is zero.</param>
    public static Task<ProgramResult> RunAsync(TimeSpan by, string program, params string[] arguments) =>
        ExternalProgram.RunAsync(program, arguments, Environment(by));
}
