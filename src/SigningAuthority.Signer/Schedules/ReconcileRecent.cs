using Quartz;

namespace SigningAuthority.Signer.Schedules;

/// <summary>Compares what came since the last sound comparison.</summary>
[DisallowConcurrentExecution]
internal sealed class ReconcileRecent(Reconcile reconcile) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await reconcile.RunAsync(whole: false, cancellationToken);
}
