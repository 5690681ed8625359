using SigningAuthority.IntegrationTests.Fixtures;

namespace SigningAuthority.IntegrationTests.Verifiers;

/// <summary>Runs a program whose clock is ahead of ours (libfaketime).</summary>
internal static class ClockAhead
{
    /// <param name="by">Nothing is done to the clock where it is zero.</param>
    public static Task<ProgramResult> RunAsync(TimeSpan by, string program, params string[] arguments) =>
        by == TimeSpan.Zero
            ? ExternalProgram.RunAsync(program, arguments)
            : ExternalProgram.RunAsync(
                "faketime",
                ["-f", $"+{by.TotalSeconds:F0}s", program, .. arguments],
                new Dictionary<string, string> { ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1" }
            );
}
