using SigningAuthority.Issuance.Policy;
using SigningAuthority.Storage.Lineage;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Providers;

/// <summary>What the door knows of the request that an upload names as the one it follows, and of the upload's key.</summary>
internal sealed class FollowPredecessor(Predecessors predecessors, TimeProvider time)
{
    /// <summary>An upload that follows one of the provider's own and names no devices is for the same devices.</summary>
    public async Task<Upload> AddDevicesAsync(Upload upload, Guid providerId, CancellationToken cancellation) =>
        upload.Devices.Count == 0 && await FindAsync(upload.Parameters.Succession, cancellation) is { } found && found.BelongsTo(providerId)
            ? upload with
            {
                Devices = found.Devices,
            }
            : upload;

    public async Task<ProvisioningServerFacts> AddFactsAsync(
        ProvisioningServerFacts facts,
        Succession? succession,
        Guid providerId,
        CancellationToken cancellation
    ) =>
        facts with
        {
            Succession = succession is null
                ? null
                : Predecessors.ToFacts(succession.Kind, await FindAsync(succession, cancellation), providerId, time.GetUtcNow()),
            KeyReportedCompromised = (await predecessors.FindCompromisedAsync([facts.Request.Key.Sha256], cancellation)).Count > 0,
        };

    private async Task<StoredPredecessor?> FindAsync(Succession? succession, CancellationToken cancellation) =>
        succession is null
            ? null
            : (await predecessors.FindAsync([succession.Predecessor.Value], cancellation)).GetValueOrDefault(succession.Predecessor.Value);
}
