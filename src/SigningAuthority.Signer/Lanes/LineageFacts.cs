using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Lineage;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Signer.Lanes;

/// <summary>What a batch of providers' requests follows, and which of their keys are known to be lost. Costs devices nothing.</summary>
internal sealed class LineageFacts(IReadOnlyDictionary<Guid, StoredPredecessor> predecessors, IReadOnlySet<string> compromised)
{
    public static async Task<LineageFacts> GatherAsync(
        Predecessors predecessors,
        IReadOnlyList<SigningRequestRecord> requests,
        CancellationToken cancellation
    )
    {
        var servers = requests.Where(request => request.Kind == RequestKind.ProvisioningServer).ToList();
        return new LineageFacts(
            await predecessors.FindAsync([.. servers.Select(request => request.Succeeds).OfType<Guid>().Distinct()], cancellation),
            await predecessors.FindCompromisedAsync([.. servers.Select(request => request.PublicKeySha256)], cancellation)
        );
    }

    public SuccessionFacts? SuccessionOf(SigningRequestRecord request) =>
        request is { Succeeds: { } id, Succession: { } kind }
            ? Predecessors.ToFacts(kind, predecessors.GetValueOrDefault(id), request.ProviderId, request.SubmittedAt)
            : null;

    public bool IsCompromised(CertificationRequest request) => compromised.Contains(Convert.ToHexStringLower(request.Key.Sha256));
}
