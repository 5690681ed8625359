using Quartz;

namespace SigningAuthority.Signer.Schedules;

/// <summary>Reads the whole log again each night: entries, tree, checkpoints, and that certificates and entries agree.</summary>
[DisallowConcurrentExecution]
internal sealed class VerifyLog(Reconcile reconcile) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await reconcile.RunAsync(whole: true, cancellationToken);
}
