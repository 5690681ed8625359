using Microsoft.Extensions.Logging;
using Npgsql;
using SigningAuthority.Signer.Health;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage.IssuanceLog.Reconciliation;

namespace SigningAuthority.Signer.Schedules;

/// <summary>Runs a reconciliation and raises the alarm when anything differs.</summary>
internal sealed partial class Reconcile(
    NpgsqlDataSource database,
    SignerSettings settings,
    SignerIdentity identity,
    EvidenceHealth health,
    TimeProvider time,
    ILogger<Reconcile> logger
)
{
    public async Task RunAsync(bool whole, CancellationToken cancellation)
    {
        var key = await RecordedLogKey.FindAsync(database, settings.LogOrigin, cancellation);
        var result = await new ReconcileLog(database, time).RunAsync(key, whole, identity.Actor, cancellation);
        await health.ReadAsync(cancellation);
        if (result.IsSound)
            LogSound(result.From, result.To, result.Intents, result.Certificates);
        else
            LogDifferences(
                result.Differences.Count,
                string.Join("; ", result.Differences.Select(defect => $"{defect.Where}: {defect.Message}"))
            );
    }

    [LoggerMessage(
        LogLevel.Information,
        "Reconciled: entries {From} to {To}, {Intents} intents and {Certificates} certificates agree with the log"
    )]
    private partial void LogSound(long from, long to, long intents, long certificates);

    [LoggerMessage(LogLevel.Critical, "Evidence: {Count} DIFFERENCES between what was signed, recorded and logged: {Findings}")]
    private partial void LogDifferences(int count, string findings);
}
