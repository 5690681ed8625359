namespace SigningAuthority.IntegrationTests.Verifiers.Revocations;

/// <summary>tests/pkijs/judge.mjs.</summary>
internal sealed class PkiJsJudge : Judge
{
    public override bool GoesThroughCrosses => true;

    public override Task<string?> FindFaultAsync(Question question, params string[] lists) =>
        AskAsync(question, [.. lists.SelectMany(list => new[] { "--crl", list })]);

    public override Task<string?> FindFaultByResponseAsync(Question question, string response) => AskAsync(question, ["--ocsp", response]);

    private static async Task<string?> AskAsync(Question question, string[] evidence)
    {
        string[] through = question.Through is { } cross ? ["--through", cross] : [];
        return FaultOf(await PkiJs.RunAsync(question.Root, question.Leaf, question.Later, [.. through, .. evidence]));
    }
}
