using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Issuance.Production.Intake;

/// <summary>Decides whether a production order is made, by an operator's hand or by a signed file. Pure and thread-safe.</summary>
/// <param name="configuration">Products, profiles, our addresses, the keys that may sign.</param>
/// <param name="stations">Names of the stations that work.</param>
public sealed class OrderIntake(AuthorityConfiguration configuration, IReadOnlyCollection<string> stations, TimeProvider time)
{
    private readonly SignatureRules _signatures = new(configuration);
    private readonly ProposedOrderRules _rules = new(configuration, stations, time);

    /// <returns>The order that a key of ca-config/stations/ signed, not yet checked, or why there is none.</returns>
    public (ProposedOrder? Order, IReadOnlyList<Violation> Violations) Read(SignedOrderFile file) => _signatures.Read(file);

    /// <summary>What an operator may order, a key may too, within what its file in ca-config/stations/ says.</summary>
    /// <param name="proposed">By an operator's hand, or of <see cref="Read"/>.</param>
    /// <returns>The order, or every rule that it breaks.</returns>
    public (ProductionOrder? Order, IReadOnlyList<Violation> Violations) Check(ProposedOrder proposed)
    {
        var ofKey = proposed.SignedBy is null ? [] : _signatures.FindWhenLoaded(proposed, time.GetUtcNow());
        IReadOnlyList<Violation> violations = [.. ofKey, .. _rules.FindViolations(proposed)];
        return violations.Count == 0 ? (Build(proposed, time), []) : (null, violations);
    }

    /// <summary>
    /// Whether an order is what its file says, and a key that is trusted still signed that: what the key room asks once about each order,
    /// since the file's signature is the only part of it that nobody with a way into the database could have made.
    /// </summary>
    public static bool IsAsSigned(AuthorityConfiguration configuration, ProductionOrder order, SignedOrderFile file) =>
        new SignatureRules(configuration).Read(file).Order is { } proposed
        && proposed.SignedBy == order.SignedBy
        && ProposedOrderRules.CanBuild(proposed)
        && IsSame(Build(proposed, TimeProvider.System), order);

    private static bool IsSame(ProductionOrder read, ProductionOrder order) =>
        read.Name == order.Name
        && read.Products.SequenceEqual(order.Products)
        && read.MacRanges.SequenceEqual(order.MacRanges)
        && read.Serials.Select(rule => rule.ToString()).SequenceEqual(order.Serials.Select(rule => rule.ToString()))
        && read.Quantity == order.Quantity
        && read.Stations.SequenceEqual(order.Stations)
        && IsSameInDatabase(read.NotBefore, order.NotBefore)
        && IsSameInDatabase(read.NotAfter, order.NotAfter)
        && read.Profile == order.Profile
        && read.KeySource == order.KeySource;

    // Postgres keeps microseconds.
    private static bool IsSameInDatabase(DateTimeOffset one, DateTimeOffset other) =>
        (one - other).Duration() < TimeSpan.FromMicroseconds(1);

    private static ProductionOrder Build(ProposedOrder proposed, TimeProvider time) =>
        new()
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            Name = proposed.Order,
            Products = proposed.Products,
            MacRanges = [.. proposed.MacRanges.Select(MacRange.Parse)],
            Serials = [.. proposed.Serials.Select(SerialRule.Parse)],
            Quantity = proposed.Quantity,
            Stations = proposed.Stations,
            NotBefore = proposed.NotBefore,
            NotAfter = proposed.NotAfter,
            Profile = proposed.Profile,
            KeySource = proposed.KeySource,
            SignedBy = proposed.SignedBy,
        };
}
