using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Issuance.RevocationLists;

/// <summary>One certificate on a list.</summary>
/// <param name="SerialNumber">Its serial number with the list's issuer.</param>
/// <param name="RevokedAt">Whole seconds.</param>
/// <param name="Reason">Not encoded when unspecified (RFC 5280 §5.3.1).</param>
public readonly record struct RevocationListEntry(CertificateSerialNumber SerialNumber, DateTimeOffset RevokedAt, RevocationReason Reason);

/// <summary>What a revocation list (CRL, RFC 5280 §5) is to be, apart from its entries: complete, a delta, or a shard.</summary>
/// <param name="Number">cRLNumber (§5.2.3): rises with each list of one scope; complete lists and their deltas share one numbering.</param>
/// <param name="ThisUpdate">Whole seconds.</param>
/// <param name="NextUpdate">Whole seconds; after <paramref name="ThisUpdate"/>.</param>
public sealed record RevocationListPlan(long Number, DateTimeOffset ThisUpdate, DateTimeOffset NextUpdate)
{
    /// <summary>Set for a delta: the number of the complete list that it starts from (deltaCRLIndicator, §5.2.4).</summary>
    public long? BaseNumber { get; init; }

    /// <summary>Set for a shard: the address that its certificates name (issuingDistributionPoint, §5.2.5).</summary>
    public Uri? DistributionPoint { get; init; }

    /// <summary>Set for a complete list: where its delta is (§5.2.6). Never for a delta.</summary>
    public Uri? FreshestCrl { get; init; }
}
