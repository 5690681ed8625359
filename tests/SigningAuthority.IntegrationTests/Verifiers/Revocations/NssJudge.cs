using SigningAuthority.IntegrationTests.Fixtures;

namespace SigningAuthority.IntegrationTests.Verifiers.Revocations;

/// <summary>NSS with the lists put into its database by crlutil, as its users' administrators do.</summary>
internal sealed class NssJudge : Judge
{
    public override Reading OfDeltas => Reading.Refused;

    public override Reading OfShards => Reading.Refused;

    public override bool TakesResponses => false;

    public override bool MindsOldLists => false;

    public override bool TellsGenerationsApart => false;

    public override async Task<string?> FindFaultAsync(Question question, params string[] lists)
    {
        var folder = Directory.CreateTempSubdirectory("sa-nss-").FullName;
        try
        {
            return await FindFaultAsync(question, "sql:" + folder, folder, lists);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public override Task<string?> FindFaultByResponseAsync(Question question, string response) =>
        throw new NotSupportedException("NSS fetches responses itself.");

    private static async Task<string?> FindFaultAsync(Question question, string database, string folder, string[] lists)
    {
        (await RunAsync(question, "certutil", "-N", "-d", database, "--empty-password")).MustSucceed();
        (await RunAsync(question, "certutil", "-A", "-d", database, "-n", "root", "-t", "CT,,", "-i", question.Root)).MustSucceed();
        if (
            FaultOf(await RunAsync(question, "certutil", "-A", "-d", database, "-n", "leaf", "-t", ",,", "-i", question.Leaf)) is
            { } unreadable
        )
            return unreadable;
        foreach (var list in lists)
        {
            var der = Path.Combine(folder, "list.der");
            if (FaultOf(await OpenSsl.TryAsync("crl", "-in", list, "-outform", "DER", "-out", der)) is { } broken)
                return broken;
            // Its exit status is 0 also when it refused the list.
            var imported = await RunAsync(question, "crlutil", "-I", "-t", "1", "-d", database, "-i", der);
            if (imported.ExitCode != 0 || imported.Error.Contains("unable to import"))
                return imported.ToString();
        }

        // A server's certificate or a client's: either use will do. With the list in force both programs of NSS have to agree.
        var (asServer, asClient) = (await VerifyAsync(question, database, "V"), await VerifyAsync(question, database, "C"));
        var fault = asServer is null || asClient is null ? null : asServer + asClient;
        return fault
            ?? FaultOf(
                await RunAsync(
                    question,
                    "vfychain",
                    "-d",
                    database,
                    "-pp",
                    "-g",
                    "leaf",
                    "-m",
                    "crl",
                    "-s",
                    "requireInfo",
                    "-s",
                    "forbidFetching",
                    "-u",
                    asServer is null ? "1" : "0",
                    "-a",
                    question.Leaf
                )
            );
    }

    private static async Task<string?> VerifyAsync(Question question, string database, string use) =>
        FaultOf(await RunAsync(question, "certutil", "-V", "-d", database, "-n", "leaf", "-u", use, "-e"));
}
