using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Production;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Production;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Signer.Lanes;

/// <summary>What the reissues of a batch follow, whose that is, and whether it is revoked. Costs first certificates nothing.</summary>
internal sealed class ReissueEvidence(IReadOnlyDictionary<Guid, UnitIssue> before, IReadOnlyDictionary<Guid, ProductionOrder> drawnFrom)
{
    public static async Task<ReissueEvidence> GatherAsync(
        Units units,
        ProductionOrders orders,
        IReadOnlyList<SigningRequestRecord> requests,
        CancellationToken cancellation
    )
    {
        var before = await units.FindAsync([.. requests.Where(IsReissue).Select(request => request.Succeeds).OfType<Guid>()], cancellation);
        return new ReissueEvidence(before, await orders.FindOfAsync(before.Values.Select(unit => unit.Request.OrderId), cancellation));
    }

    public ReissueFacts? Of(SigningRequestRecord request) =>
        IsReissue(request)
            ? new ReissueFacts(
                request.Issue,
                before.GetValueOrDefault(request.Succeeds ?? default) is { Request: var earlier } unit
                    ? new IssueBefore(earlier.State, earlier.Mac, earlier.Serial, earlier.Product, earlier.Issue, unit.IsRevoked)
                    {
                        Order = drawnFrom.GetValueOrDefault(earlier.OrderId ?? default),
                        Actor = earlier.SubmittedBy,
                    }
                    : null
            )
            : null;

    private static bool IsReissue(SigningRequestRecord request) =>
        request.Kind == RequestKind.Device && (request.Issue > 1 || request.Succeeds is not null);
}
