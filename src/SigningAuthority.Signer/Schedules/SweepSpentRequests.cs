using Microsoft.Extensions.Logging;
using Quartz;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Signer.Schedules;

/// <summary>Fails the requests whose attempts are spent, so that an operator sees them and callers stop waiting.</summary>
[DisallowConcurrentExecution]
internal sealed partial class SweepSpentRequests(SigningQueue queue, ILogger<SweepSpentRequests> logger) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var failed = await queue.FailExhaustedAsync(cancellationToken);
        if (failed > 0)
            LogFailed(failed);
    }

    [LoggerMessage(LogLevel.Error, "{Count} requests have spent their attempts and failed; see `operator request list --state Failed`")]
    private partial void LogFailed(int count);
}
