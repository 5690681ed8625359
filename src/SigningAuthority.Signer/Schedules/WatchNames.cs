using Microsoft.Extensions.Logging;
using Quartz;
using SigningAuthority.Storage.Notices;

namespace SigningAuthority.Signer.Schedules;

/// <summary>Plans what providers are told of certificates that were issued for their names; Outreach tells them.</summary>
[DisallowConcurrentExecution]
internal sealed partial class WatchNames(PlanIssuanceNotices plan, TimeProvider time, ILogger<WatchNames> logger) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        if (await plan.RunAsync(time.GetUtcNow(), cancellationToken) is > 0 and var planned)
            LogPlanned(planned);
    }

    [LoggerMessage(LogLevel.Information, "Issuance notices: {Planned} planned")]
    private partial void LogPlanned(int planned);
}
