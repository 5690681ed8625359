using System.Collections.Concurrent;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Production;
using SigningAuthority.Issuance.Production.Intake;
using SigningAuthority.Storage.Production;

namespace SigningAuthority.Signer.Lanes;

/// <summary>
/// Holds each order that was loaded from a file against that file and its signature, the first time that a unit is drawn from it. The
/// database lets nobody change an order, so that once is enough. Thread-safe.
/// </summary>
internal sealed class SignedOrders(ProductionOrders orders, AuthorityConfiguration configuration)
{
    private readonly ConcurrentDictionary<Guid, bool> _isAsSigned = new();

    public async Task<IReadOnlyList<ProductionOrder>> CheckAsync(IReadOnlyList<ProductionOrder> found, CancellationToken cancellation)
    {
        var unseen = found.Where(order => order.SignedBy is not null && !_isAsSigned.ContainsKey(order.Id)).ToList();
        if (unseen.Count > 0)
            await VerifyAsync(unseen, cancellation);
        return
        [
            .. found.Select(order =>
                order.SignedBy is null || _isAsSigned.GetValueOrDefault(order.Id) ? order : order with { ContradictsFile = true }
            ),
        ];
    }

    private async Task VerifyAsync(IReadOnlyList<ProductionOrder> unseen, CancellationToken cancellation)
    {
        var files = await orders.FindFilesAsync([.. unseen.Select(order => order.Id)], cancellation);
        foreach (var order in unseen)
            _isAsSigned[order.Id] = files.TryGetValue(order.Id, out var file) && OrderIntake.IsAsSigned(configuration, order, file);
    }
}
