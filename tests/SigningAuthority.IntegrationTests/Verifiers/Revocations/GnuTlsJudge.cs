using SigningAuthority.IntegrationTests.Fixtures;

namespace SigningAuthority.IntegrationTests.Verifiers.Revocations;

internal sealed class GnuTlsJudge : Judge
{
    public override async Task<string?> FindFaultAsync(Question question, params string[] lists)
    {
        foreach (var list in lists)
        {
            // A list that it takes for no good it only passes over when it judges the certificate.
            if (
                FaultOf(await RunAsync(question, "certtool", "--verify-crl", "--load-ca-certificate", question.Root, "--infile", list)) is
                { } fault
            )
                return fault;
        }

        return FaultOf(
            await RunAsync(
                question,
                "certtool",
                "--verify",
                "--verify-profile",
                "medium",
                "--load-ca-certificate",
                question.Root,
                "--load-crl",
                lists[^1],
                "--infile",
                question.Leaf
            )
        );
    }

    public override async Task<string?> FindFaultByResponseAsync(Question question, string response)
    {
        var judged = await RunAsync(
            question,
            "ocsptool",
            "--verify-response",
            "--load-trust",
            question.Root,
            "--load-issuer",
            question.Root,
            "--load-cert",
            question.Leaf,
            "--load-response",
            response
        );
        // Whose response it is, it leaves to its caller.
        var serial = (await OpenSsl.RunAsync("x509", "-in", question.Leaf, "-noout", "-serial")).Trim().Split('=')[1].ToLowerInvariant();
        return judged.ExitCode == 0 && judged.Output.Contains("Certificate Status: good") && judged.Output.Contains(serial)
            ? null
            : judged.ToString();
    }
}
