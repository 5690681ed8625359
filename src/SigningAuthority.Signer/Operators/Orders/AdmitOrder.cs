using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Production;
using SigningAuthority.Issuance.Production.Intake;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage.Access;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Production;

namespace SigningAuthority.Signer.Operators.Orders;

/// <summary>Makes an order that keeps the rules, and writes down one that does not.</summary>
internal sealed class AdmitOrder
{
    private readonly OperatorSession _session;
    private readonly OrderIntake _intake;
    private readonly ProductionOrders _orders;

    private AdmitOrder(OperatorSession session, IReadOnlyCollection<string> stations)
    {
        _session = session;
        _intake = new OrderIntake(SignerSettings.LoadConfiguration(session.Settings), stations, TimeProvider.System);
        _orders = new ProductionOrders(session.Database);
    }

    public static async Task<AdmitOrder> OpenAsync(OperatorSession session, CancellationToken cancellation)
    {
        var stations = await new Stations(session.Database).ListAsync(cancellation);
        return new AdmitOrder(session, [.. stations.Where(station => station.RevokedAt is null).Select(station => station.Name)]);
    }

    /// <exception cref="OperatorException">It breaks rules.</exception>
    /// <exception cref="AlreadyRegisteredException">There is an order of that name.</exception>
    public async Task<ProductionOrder> CreateAsync(ProposedOrder proposed, CancellationToken cancellation)
    {
        var (order, violations) = _intake.Check(proposed);
        if (order is null)
            throw await RefuseAsync(violations, proposed, null, cancellation);
        await _orders.AddAsync(order, _session.Actor, cancellation: cancellation);
        return order;
    }

    /// <returns>The order, and whether it was there already, loaded from the same octets.</returns>
    /// <exception cref="OperatorException">It breaks rules.</exception>
    /// <exception cref="AlreadyRegisteredException">There is another order of that name.</exception>
    public async Task<(ProductionOrder Order, bool WasThere)> LoadAsync(SignedOrderFile file, CancellationToken cancellation)
    {
        var (proposed, violations) = _intake.Read(file);
        if (proposed is null)
            throw await RefuseAsync(violations, ProposedOrder.Read(file.File.Span).Order, file, cancellation);
        // Before its window and its key's are looked at: a file that is sent again is told what became of it.
        if (await FindLoadedAsync(proposed.Order, file, cancellation) is { } loaded)
            return (loaded, true);

        (var order, violations) = _intake.Check(proposed);
        if (order is null)
            throw await RefuseAsync(violations, proposed, file, cancellation);
        try
        {
            await _orders.AddAsync(order, _session.Actor, file, cancellation);
            return (order, false);
        }
        catch (AlreadyRegisteredException)
        {
            // Perhaps by somebody who loaded the same file at the same time.
            if (await FindLoadedAsync(order.Name, file, cancellation) is { } other)
                return (other, true);
            throw;
        }
    }

    private async Task<ProductionOrder?> FindLoadedAsync(string name, SignedOrderFile file, CancellationToken cancellation)
    {
        if (await _orders.FindAsync(name, cancellation) is not { } order)
            return null;
        var files = await _orders.FindFilesAsync([order.Id], cancellation);
        return files.TryGetValue(order.Id, out var kept) && kept.File.Span.SequenceEqual(file.File.Span) ? order : null;
    }

    private async Task<OperatorException> RefuseAsync(
        IReadOnlyList<Violation> violations,
        ProposedOrder? proposed,
        SignedOrderFile? file,
        CancellationToken cancellation
    )
    {
        await new AppendLogEntries(_session.Database).AppendAsync(
            [
                new OrderRefused
                {
                    At = DateTimeOffset.UtcNow,
                    Actor = _session.Actor,
                    Subject = proposed?.Order,
                    Order = proposed?.Order,
                    FileSha256 = file?.FileSha256,
                    SignedBy = proposed?.SignedBy,
                    Violations = [.. violations.Select(v => new LoggedViolation(v.Code, v.Field, v.Expected, v.Actual, v.Source))],
                },
            ],
            cancellation
        );
        return new OperatorException(OperatorException.Describe(violations));
    }
}
