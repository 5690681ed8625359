using System.CommandLine;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.IssuanceLog.Reconciliation;

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
        return new Command("log", "The issuance log.") { verify, CreateReconcile(settings) };
    }

    private static Command CreateReconcile(IConfiguration settings)
    {
        var whole = new Option<bool>("--whole") { Description = "From the first entry on, not from where everything was sound last." };
        var reconcile = new Command(
            "reconcile",
            """
            Compares intents with certificates, recorded failures and what is under way; certificates with their entries, both ways; checkpoints
            with what their key was asked to sign; and looks for gaps in each authority's numbers. The result is recorded, and shows in
            readiness and metrics. Exit status 1 when anything differs. Scheduled each ten minutes, and each night from the first entry on.

            Example:
              Database__Connection="Host=…;Username=sa_operator;…" SigningAuthority.Signer log reconcile --whole
            """
        )
        {
            whole,
        };
        reconcile.SetAction((parsed, cancellation) => ReconcileAsync(settings, parsed.GetValue(whole), cancellation));
        return reconcile;
    }

    private static async Task<int> ReconcileAsync(IConfiguration settings, bool whole, CancellationToken cancellation)
    {
        await using var database = PostgresConnections.Build(
            SignerSettings.RequireConnectionString(settings),
            "signing-authority log reconcile"
        );
        var key = await RecordedLogKey.FindAsync(database, SignerSettings.LogOriginOf(settings), cancellation);
        var result = await new ReconcileLog(database, TimeProvider.System).RunAsync(
            key,
            whole,
            OperatorSession.ActorOf(settings),
            cancellation
        );
        foreach (var difference in result.Differences)
            await Console.Error.WriteLineAsync($"{difference.Where}: {difference.Message}");
        Console.WriteLine(
            $"{(result.IsSound ? "All agrees" : "NOT all agrees")}: entries {result.From} to {result.To}; {result.Intents} intents = {result.Certificates} certificates, {result.Failed} failed, {result.UnderWay} under way; the log's key was asked {result.Signings} times; {result.Differences.Count} differences."
        );
        return result.IsSound ? ExitCodes.Success : ExitCodes.Failure;
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
