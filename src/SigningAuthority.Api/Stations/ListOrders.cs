using SigningAuthority.Api.Access;
using SigningAuthority.Issuance.Production;

namespace SigningAuthority.Api.Stations;

/// <summary>A production order as its station sees it.</summary>
/// <param name="Products">Model names, or "*".</param>
/// <param name="MacRanges">"000E08100000..000E081003E7", both inclusive.</param>
/// <param name="Serials">Ranges and patterns.</param>
/// <param name="Remaining">How many units can still be drawn by whoever asks; what is reserved is not among them.</param>
/// <param name="NotBefore">Inclusive.</param>
/// <param name="NotAfter">Exclusive.</param>
/// <param name="Profile">Null for that of the product's family.</param>
/// <param name="KeySource">"Device" or "Authority".</param>
internal sealed record OrderView(
    string Name,
    IReadOnlyList<string> Products,
    IReadOnlyList<string> MacRanges,
    IReadOnlyList<string> Serials,
    int Quantity,
    int Drawn,
    int Remaining,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter,
    string? Profile,
    string KeySource
);

/// <summary>GET /api/v1/station/orders.</summary>
internal sealed class ListOrders(KnownOrders orders)
{
    public async Task<IResult> HandleAsync(HttpContext context) =>
        Results.Json((await orders.ListAsync(Caller.Of(context), context.RequestAborted)).Select(Describe));

    private static OrderView Describe(ProductionOrder order) =>
        new(
            order.Name,
            order.Products,
            [.. order.MacRanges.Select(range => range.ToString())],
            [.. order.Serials.Select(rule => rule.ToString())],
            order.Quantity,
            order.Drawn,
            order.Quantity - order.Drawn - order.Reserved,
            order.NotBefore,
            order.NotAfter,
            order.Profile,
            order.KeySource.ToString()
        );
}
