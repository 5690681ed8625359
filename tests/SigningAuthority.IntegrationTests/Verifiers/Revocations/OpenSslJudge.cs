using SigningAuthority.IntegrationTests.Fixtures;

namespace SigningAuthority.IntegrationTests.Verifiers.Revocations;

/// <summary>As nginx and Apache have it check, with every strictness it knows.</summary>
internal sealed class OpenSslJudge : Judge
{
    public override Reading OfDeltas => Reading.Whole;

    public override Reading OfShards => Reading.Whole;

    public override bool GoesThroughCrosses => true;

    public override async Task<string?> FindFaultAsync(Question question, params string[] lists) =>
        FaultOf(
            await RunAsync(
                question,
                "openssl",
                [
                    "verify",
                    .. question.Through is { } cross ? ["-crl_check_all", "-untrusted", cross] : new[] { "-crl_check" },
                    "-x509_strict",
                    "-check_ss_sig",
                    "-no-CApath",
                    "-no-CAstore",
                    .. question.Through is null && lists.Length > 1 ? ["-extended_crl", "-use_deltas"] : Array.Empty<string>(),
                    "-CAfile",
                    question.Root,
                    .. lists.SelectMany(list => new[] { "-CRLfile", list }),
                    question.Leaf,
                ]
            )
        );

    public override async Task<string?> FindFaultByResponseAsync(Question question, string response)
    {
        // It looks for the CertID that it would have asked by.
        var isSha256 = (await OpenSsl.RunAsync("ocsp", "-respin", response, "-noverify", "-resp_text")).Contains("Hash Algorithm: sha256");
        var judged = await RunAsync(
            question,
            "openssl",
            "ocsp",
            "-issuer",
            question.Root,
            isSha256 ? "-sha256" : "-sha1",
            "-cert",
            question.Leaf,
            "-respin",
            response,
            "-CAfile",
            question.Root,
            "-no-CApath",
            "-no-CAstore",
            "-no_nonce"
        );
        // Its exit status says that it ran; what it found is in what it says.
        return
            judged.ExitCode == 0
            && judged.Error.Contains("Response verify OK")
            && judged.Output.Contains($"{question.Leaf}: good")
            // A response that is not of today is only warned of.
            && !(judged.Output + judged.Error).Contains("Status times invalid")
            ? null
            : judged.ToString();
    }
}
