using SigningAuthority.Outreach.Health;
using SigningAuthority.Outreach.Work;
using SigningAuthority.Storage.Names;

namespace SigningAuthority.Outreach.Names;

/// <summary>
/// Looks again at what proved a name, before the proof ages out. The challenge itself is used up and proves nothing a second time; its value
/// stays where it is as the standing sign for this one name of this one tenant, and while it stands the proof is renewed.
/// </summary>
internal sealed class ReproveNames(
    NameProofs proofs,
    LookForProof look,
    ProofLife life,
    TimeProvider time,
    OutreachMetrics metrics,
    ILogger<ReproveNames> logger
) : WorkLoop<ClaimedName>(metrics, logger)
{
    protected override string Kind => "name-reproof";

    protected override Task<IReadOnlyList<ClaimedName>> ClaimAsync(int limit, CancellationToken cancellation) =>
        proofs.ClaimNamesAsync(limit, cancellation);

    protected override async Task DoAsync(ClaimedName work, CancellationToken cancellation)
    {
        if (work.Name.HasLapsed(time.GetUtcNow()))
        {
            await proofs.LapseAsync(work, cancellation);
            return;
        }

        var sight = await look.RunAsync(work.Challenge, cancellation);
        if (sight.IsProof)
            await proofs.RenewAsync(work, life.Current, cancellation);
        else
            await proofs.DoubtAsync(work, sight, ProofLife.Again, cancellation);
    }
}
