namespace SigningAuthority.Storage.RevocationLists;

public enum RevocationListKind
{
    /// <summary>All that an authority has revoked.</summary>
    Complete,

    /// <summary>What has changed since a complete one (RFC 5280 §5.2.4).</summary>
    Delta,

    /// <summary>All of one part of an authority's certificates, by the order in which they were issued (RFC 5280 §5.2.5).</summary>
    Shard,
}
