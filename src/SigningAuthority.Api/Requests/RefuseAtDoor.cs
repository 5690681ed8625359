using SigningAuthority.Api.Problems;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Api.Requests;

/// <summary>Refuses: first into the log, then the answer. Nobody's hanging up keeps a refusal from being written.</summary>
internal sealed class RefuseAtDoor(AppendLogEntries log, AuthorityConfiguration configuration, TimeProvider time, RequestMetrics metrics)
{
    public async Task<ProblemResult> AsAsync(ProblemKind kind, Refusal refusal)
    {
        await log.AppendAsync([refusal.ToEntry(configuration, time.GetUtcNow())], CancellationToken.None);
        metrics.Answered(refusal.Actor, "refused");
        return kind.Because(refusal.Violations);
    }
}
