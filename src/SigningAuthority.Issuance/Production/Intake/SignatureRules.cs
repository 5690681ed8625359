using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Issuance.Production.Intake;

/// <summary>
/// A file orders what the key that signed it may order, and nothing but that key's name is believed before the signature is good. Replayed,
/// it is the same order again, since the order's name is among what is signed.
/// </summary>
internal sealed class SignatureRules(AuthorityConfiguration configuration)
{
    public const int LargestFile = 64 * 1024;

    private const string Source = "ca-config/stations/: keys that may sign production orders";

    private static readonly Rule TooLarge = new("order-file-too-large", "a file of an order has at most 64 KiB");
    private static readonly Rule Unreadable = new("order-file-unreadable", "ca-config/README.md, files of production orders");
    private static readonly Rule KeyUnknown = new("order-key-unknown", Source);
    private static readonly Rule KeyWithdrawn = new("order-key-withdrawn", Source);
    private static readonly Rule KeyNotNow = new("order-key-not-valid-now", Source);
    private static readonly Rule Wrong = new("order-signature-wrong", "RFC 8017 §8.2.2, FIPS 186-5 §6.4.2");
    private static readonly Rule BeyondKey = new("order-beyond-key", Source);

    /// <summary>What must hold besides when a file is loaded.</summary>
    public IEnumerable<Violation> FindWhenLoaded(ProposedOrder order, DateTimeOffset now)
    {
        var key = configuration.FindOrderKey(order.SignedBy!)!;
        return [.. FindInWindow(key, now), .. FindBeyond(key, order)];
    }

    /// <summary>What stays true of an order that was loaded, whenever it is looked at: a key that is not withdrawn signed these very octets.</summary>
    public (ProposedOrder? Order, IReadOnlyList<Violation> Violations) Read(SignedOrderFile file)
    {
        if (file.File.Length > LargestFile)
            return (null, [ExplainSize(file.File.Length)]);
        var (order, defect) = ProposedOrder.Read(file.File.Span);
        if (order is null)
            return (null, [ExplainFile(defect!)]);
        if (configuration.FindOrderKey(order.SignedBy ?? "") is not { } key)
            return (null, [ExplainUnknown(order.SignedBy)]);
        if (key.Withdrawn)
            return (null, [ExplainWithdrawn(key.Id)]);
        return key.Verifier!.Verifies(file.File.Span, file.Signature.Span) ? (order, []) : (null, [ExplainSignature(key)]);
    }

    /// <summary>Also of what was loaded before the key was withdrawn.</summary>
    public static Violation ExplainWithdrawn(string key) =>
        KeyWithdrawn.BrokenBy(
            "signedBy",
            "a key that is trusted",
            key,
            "The key that signed the production order was withdrawn.",
            "have the order signed by another key, or let an operator make it: operator order create"
        );

    private static Violation ExplainSize(int length) =>
        TooLarge.BrokenBy(
            "file",
            $"{LargestFile} octets",
            $"{length}",
            "The file is too large for an order.",
            "order fewer ranges at once"
        );

    private static Violation ExplainFile(string defect) =>
        Unreadable.BrokenBy(
            "file",
            "a production order as JSON",
            defect,
            "The file is no production order.",
            "operator order load --help shows one"
        );

    private static Violation ExplainUnknown(string? key) =>
        KeyUnknown.BrokenBy(
            "signedBy",
            "the id of a key in ca-config/stations/",
            key ?? "nothing",
            "No such key may sign production orders.",
            "name the key in \"signedBy\"; a new one goes into ca-config/stations/"
        );

    private static Violation ExplainSignature(OrderSigningKey key) =>
        Wrong.BrokenBy(
            "signature",
            $"a signature of these octets by {key.Id}",
            "another",
            "The signature is not of this file and this key: the file was altered, or another key signed it.",
            $"openssl dgst -sha256 -sign {key.Id}.key -out order.sig order.json"
        );

    private static IEnumerable<Violation> FindInWindow(OrderSigningKey key, DateTimeOffset now)
    {
        if (key.Window?.Contains(now) != true)
            yield return KeyNotNow.BrokenBy(
                "signedBy",
                $"a key that is valid at {now:O}",
                $"{key.Id}, from {key.NotBefore} until {key.NotAfter}",
                "The key may not sign orders at this time.",
                "have the order signed by a key that is valid"
            );
    }

    private static IEnumerable<Violation> FindBeyond(OrderSigningKey key, ProposedOrder order)
    {
        foreach (var product in order.Products.Where(product => !key.MayOrder(product)))
            yield return Beyond("products", key.Products, product, $"The key {key.Id} may not order this product.");
        foreach (var station in order.Stations.Where(station => !key.MayOrderFor(station)))
            yield return Beyond("stations", key.Stations, station, $"The key {key.Id} may not order for this station.");
    }

    private static Violation Beyond(string field, IReadOnlyList<string> allowed, string actual, string message) =>
        BeyondKey.BrokenBy(field, string.Join(", ", allowed), actual, message, $"change {field} of the key in ca-config/stations/");
}
