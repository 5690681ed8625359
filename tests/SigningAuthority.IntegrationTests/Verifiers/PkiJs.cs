using SigningAuthority.IntegrationTests.Fixtures;

namespace SigningAuthority.IntegrationTests.Verifiers;

/// <summary>tests/pkijs/judge.mjs.</summary>
internal static class PkiJs
{
    private static readonly string Program = Path.Combine(Repository.Root, "tests", "pkijs", "judge.mjs");

    public static Task<ProgramResult> RunAsync(string root, string leaf, TimeSpan later, params string[] more) =>
        ExternalProgram.RunAsync("node", [Program, "--root", root, "--leaf", leaf, "--later", $"{later.TotalSeconds:F0}", .. more]);
}
