using Microsoft.Extensions.Logging;
using Npgsql;
using Quartz;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Signer.Schedules;

/// <summary>Reads the whole log again each night: entries, tree, checkpoints, and that certificates and entries agree.</summary>
[DisallowConcurrentExecution]
internal sealed partial class VerifyLog(NpgsqlDataSource database, SignerSettings settings, ILogger<VerifyLog> logger) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var key = await RecordedLogKey.FindAsync(database, settings.LogOrigin, cancellationToken);
        var result = await new VerifyStoredLog(database).RunAsync(key, cancellationToken);
        if (result.IsSound)
            LogSound(result.Leaves);
        else
            LogUnsound(string.Join("; ", result.Defects.Select(defect => $"{defect.Where}: {defect.Message}")));
    }

    [LoggerMessage(LogLevel.Information, "The log is sound: {Entries} entries")]
    private partial void LogSound(long entries);

    [LoggerMessage(LogLevel.Critical, "The log is NOT sound: {Findings}")]
    private partial void LogUnsound(string findings);
}
