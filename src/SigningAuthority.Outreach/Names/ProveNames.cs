using SigningAuthority.Outreach.Health;
using SigningAuthority.Outreach.Work;
using SigningAuthority.Storage.Names;

namespace SigningAuthority.Outreach.Names;

/// <summary>Looks at the challenges that providers asked to be looked at.</summary>
internal sealed class ProveNames(NameProofs proofs, LookForProof look, ProofLife life, OutreachMetrics metrics, ILogger<ProveNames> logger)
    : WorkLoop<ClaimedCheck>(metrics, logger)
{
    protected override string Kind => "name-proof";

    protected override Task<IReadOnlyList<ClaimedCheck>> ClaimAsync(int limit, CancellationToken cancellation) =>
        proofs.ClaimChecksAsync(limit, cancellation);

    protected override async Task DoAsync(ClaimedCheck work, CancellationToken cancellation) =>
        await proofs.RecordAsync(work, await look.RunAsync(work.Challenge, cancellation), life.Current, cancellation);
}
