using Npgsql;
using Quartz;
using SigningAuthority.Storage.Limits;

namespace SigningAuthority.Signer.Schedules;

/// <summary>Removes the counts of tokens and tenants that have not called for a day.</summary>
[DisallowConcurrentExecution]
internal sealed class SweepLimits(NpgsqlDataSource database) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await new SweepLimitUse(database).RunAsync(cancellationToken);
}
