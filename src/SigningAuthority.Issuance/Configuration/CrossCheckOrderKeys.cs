using SigningAuthority.Issuance.Production;

namespace SigningAuthority.Issuance.Configuration;

/// <summary>The part of the checks that looks at stations/: keys that may sign production orders.</summary>
internal sealed partial class CrossCheck
{
    private void CheckOrderKeys()
    {
        CheckUnique(_files.OrderKeys, key => key.Id, "$.id");
        CheckUnique(_files.OrderKeys, key => key.PublicKey, "$.publicKey");
        foreach (var key in _files.OrderKeys)
            CheckOrderKey(key);
    }

    private void CheckOrderKey(OrderSigningKey key)
    {
        Require(StableId().IsMatch(key.Id), key, "$.id", $"'{key.Id}' is no kebab-case id of 1 to 32 characters.");
        Require(!string.IsNullOrWhiteSpace(key.DisplayName), key, "$.displayName", "A key has somebody whose it is.");
        Require(
            key.Verifier is not null,
            key,
            "$.publicKey",
            "The base64 of an RSA key of 2048 to 8192 bits, or of one on P-256 or P-384: openssl pkey -in order.key -pubout -outform DER | base64 -w0"
        );
        Require(
            key.Window is not null,
            key,
            "$.notAfter",
            "Two times with seconds and an offset (2026-12-01T00:00:00Z), the first one earlier."
        );
        Require(key.Stations.Count > 0, key, "$.stations", "At least one name, or \"*\".");
        Require(key.Products.Count > 0, key, "$.products", "At least one model, or \"*\".");
        var known = _files.DeviceFamilies.SelectMany(family => family.Products).ToHashSet();
        foreach (var (i, product) in key.Products.Index())
            Require(
                product == ProductionOrder.Any || known.Contains(product),
                key,
                $"$.products[{i}]",
                $"'{product}' is no product of device-families/."
            );
    }
}
