using System.Text.Json.Serialization;

namespace SigningAuthority.Issuance.Production;

/// <summary>One file of ca-config/stations/: a public key that may sign files of production orders, and what it may order.</summary>
public sealed record OrderSigningKey
{
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>Stable id, kebab-case; what a file's "signedBy" says.</summary>
    public required string Id { get; init; }

    /// <summary>Whose key it is, for people.</summary>
    public required string DisplayName { get; init; }

    /// <summary>Base64 of the SubjectPublicKeyInfo in DER.</summary>
    public required string PublicKey { get; init; }

    /// <summary>What it may order: model names; <see cref="ProductionOrder.Any"/> for all.</summary>
    public required IReadOnlyList<string> Products { get; init; }

    /// <summary>Whom it may order for: stations' names; <see cref="ProductionOrder.Any"/> for all.</summary>
    public required IReadOnlyList<string> Stations { get; init; }

    /// <summary>RFC 3339; files are loaded from then on.</summary>
    public required string NotBefore { get; init; }

    /// <summary>RFC 3339; files are loaded until then, exclusive. Orders that were loaded go on.</summary>
    public required string NotAfter { get; init; }

    /// <summary>In other hands, or no longer trusted: nothing is loaded, and nothing drawn from what was loaded.</summary>
    public bool Withdrawn { get; init; }

    [JsonIgnore]
    public OrderKeyWindow? Window => OrderKeyWindow.Read(NotBefore, NotAfter);

    [JsonIgnore]
    public OrderVerifier? Verifier => _verifier ??= OrderVerifier.Read(PublicKey);

    private OrderVerifier? _verifier;

    public bool MayOrder(string product) => Products.Contains(product) || Products.Contains(ProductionOrder.Any);

    public bool MayOrderFor(string station) => Stations.Contains(station) || Stations.Contains(ProductionOrder.Any);
}
