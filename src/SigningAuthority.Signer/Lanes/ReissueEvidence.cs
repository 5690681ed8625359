using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Production;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Signer.Lanes;

/// <summary>What the reissues of a batch follow, and whether that is revoked. Costs first certificates nothing.</summary>
internal sealed class ReissueEvidence(IReadOnlyDictionary<Guid, UnitIssue> before)
{
    public static async Task<ReissueEvidence> GatherAsync(
        Units units,
        IReadOnlyList<SigningRequestRecord> requests,
        CancellationToken cancellation
    ) => new(await units.FindAsync([.. requests.Where(IsReissue).Select(request => request.Succeeds).OfType<Guid>()], cancellation));

    public ReissueFacts? Of(SigningRequestRecord request) =>
        IsReissue(request)
            ? new ReissueFacts(
                request.Issue,
                before.GetValueOrDefault(request.Succeeds ?? default) is { Request: var earlier } unit
                    ? new IssueBefore(earlier.State, earlier.Mac, earlier.Serial, earlier.Product, earlier.Issue, unit.IsRevoked)
                    : null
            )
            : null;

    private static bool IsReissue(SigningRequestRecord request) =>
        request.Kind == RequestKind.Device && (request.Issue > 1 || request.Succeeds is not null);
}
