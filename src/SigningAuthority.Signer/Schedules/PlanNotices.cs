using Microsoft.Extensions.Logging;
using Quartz;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Storage.Notices;

namespace SigningAuthority.Signer.Schedules;

/// <summary>Plans what providers are told of certificates that end; Outreach tells them.</summary>
[DisallowConcurrentExecution]
internal sealed partial class PlanNotices(
    PlanExpiryNotices plan,
    AuthorityConfiguration configuration,
    TimeProvider time,
    ILogger<PlanNotices> logger
) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var done = await plan.RunAsync(time.GetUtcNow(), configuration.Policy.Notices.DaysBefore, cancellationToken);
        if (done.Planned + done.Skipped + done.Settled > 0)
            LogPlanned(done.Planned, done.Skipped, done.Settled);
    }

    [LoggerMessage(
        LogLevel.Information,
        "Expiry notices: {Planned} planned, {Skipped} skipped for more urgent ones, {Settled} no longer needed"
    )]
    private partial void LogPlanned(int planned, int skipped, int settled);
}
