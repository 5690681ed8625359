using Microsoft.Extensions.Logging;
using Quartz;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage.Production;

namespace SigningAuthority.Signer.Schedules;

/// <summary>Gives the units of reservations whose time is over back to their orders.</summary>
[DisallowConcurrentExecution]
internal sealed partial class ExpireReservations(
    ReservedUnits reservations,
    SignerIdentity identity,
    TimeProvider time,
    ILogger<ExpireReservations> logger
) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var expired = await reservations.ExpireAsync(ended => ended.ToEntry(identity.Actor, time.GetUtcNow()), cancellationToken);
        if (expired > 0)
            LogExpired(expired);
    }

    [LoggerMessage(LogLevel.Information, "{Count} reservations expired; what was left of them went back to their orders")]
    private partial void LogExpired(int count);
}
