using SigningAuthority.Api.Officers;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Providers;

/// <summary>What a provider may know of the officers while its request waits: how many, never who.</summary>
internal sealed record AwaitedApproval(int Needed, int Given, DateTimeOffset? ExpiresAt);

/// <summary>Looks up how far the waiting ones among requests have come.</summary>
internal sealed class AwaitedApprovals(ReviewRequests reviews)
{
    public async Task<AwaitedApproval?> OfAsync(SigningRequestRecord request, CancellationToken cancellation) =>
        (await OfAsync([request], cancellation)).GetValueOrDefault(request.Id);

    public async Task<IReadOnlyDictionary<SigningRequestId, AwaitedApproval>> OfAsync(
        IEnumerable<SigningRequestRecord> requests,
        CancellationToken cancellation
    )
    {
        var waiting = requests.Where(request => request.State == RequestState.AwaitingApproval).ToList();
        if (waiting.Count == 0)
            return new Dictionary<SigningRequestId, AwaitedApproval>();
        var reviewed = await reviews.OfAsync(waiting, cancellation);
        return reviewed.ToDictionary(
            pair => pair.Key,
            pair => new AwaitedApproval(pair.Value.Standing.Needed, pair.Value.Standing.Given, pair.Value.Request.ApprovalExpiresAt)
        );
    }
}
