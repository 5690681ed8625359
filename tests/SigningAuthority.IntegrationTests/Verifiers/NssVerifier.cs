using SigningAuthority.IntegrationTests.Fixtures;

namespace SigningAuthority.IntegrationTests.Verifiers;

/// <summary>NSS, by its two programs, each with a database that trusts the one root.</summary>
internal sealed class NssVerifier : Verifier
{
    public override async Task<string?> FindFaultAsync(string leaf, string root, Use use)
    {
        var folder = Directory.CreateTempSubdirectory("sa-nss-").FullName;
        try
        {
            return await FindFaultAsync("sql:" + folder, leaf, root, use);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string?> FindFaultAsync(string database, string leaf, string root, Use use)
    {
        (await CertutilAsync(use, "-N", "-d", database, "--empty-password")).MustSucceed();
        // C: trusted to issue for servers; T: for clients.
        (await CertutilAsync(use, "-A", "-d", database, "-n", "root", "-t", "CT,,", "-i", root)).MustSucceed();
        if (FaultOf(await CertutilAsync(use, "-A", "-d", database, "-n", "leaf", "-t", ",,", "-i", leaf)) is { } unreadable)
            return unreadable;

        // certutil -u: V is a TLS server, C a client; vfychain -u: 1 and 0.
        return FaultOf(await CertutilAsync(use, "-V", "-d", database, "-n", "leaf", "-u", use.IsServer ? "V" : "C", "-e", "-l"))
            ?? FaultOf(await ClockAhead.RunAsync(use.Later, "vfychain", "-d", database, "-u", use.IsServer ? "1" : "0", "-a", leaf));
    }

    private static Task<ProgramResult> CertutilAsync(Use use, params string[] arguments) =>
        ClockAhead.RunAsync(use.Later, "certutil", arguments);
}
