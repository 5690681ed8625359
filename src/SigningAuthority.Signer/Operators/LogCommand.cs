using System.CommandLine;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Signer.Operators;

internal static class LogCommand
{
    public static Command Create(IConfiguration settings)
    {
        var verify = new Command(
            "verify",
            """
            Reads the whole log again: that each entry's columns, bytes and leaf hash agree, that the tree has the root of
            each signed checkpoint, and that certificates and entries agree. Exit status 1 when anything differs.

            Example:
              Database__Connection="Host=…;Username=sa_auditor;…" SigningAuthority.Signer log verify
            """
        );
        verify.SetAction((_, cancellation) => VerifyAsync(settings, cancellation));
        return new Command("log", "The issuance log.") { verify };
    }

    private static async Task<int> VerifyAsync(IConfiguration settings, CancellationToken cancellation)
    {
        await using var database = PostgresConnections.Build(
            SignerSettings.RequireConnectionString(settings),
            "signing-authority log verify"
        );
        var key = await RecordedLogKey.FindAsync(database, SignerSettings.LogOriginOf(settings), cancellation);
        var result = await new VerifyStoredLog(database).RunAsync(key, cancellation);
        foreach (var defect in result.Defects)
            await Console.Error.WriteLineAsync($"{defect.Where}: {defect.Message}");
        Console.WriteLine(
            $"The log is {(result.IsSound ? "sound" : "NOT sound")}: {result.Leaves} entries ({result.Unplaced} wait for their place), {result.Checkpoints} checkpoints, {result.Certificates} certificates, {result.Defects.Count} defects."
        );
        return result.IsSound ? ExitCodes.Success : ExitCodes.Failure;
    }
}
