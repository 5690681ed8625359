using SigningAuthority.Issuance.RevocationLists;

namespace SigningAuthority.Storage.RevocationLists;

/// <summary>How things stand with an authority's lists.</summary>
/// <param name="Complete">Null before the first.</param>
/// <param name="Delta">Null before the first.</param>
/// <param name="IsAsked">An operator wants a complete list that is newer than the newest.</param>
/// <param name="LastOrdinal">How many certificates the authority has intended.</param>
public sealed record RevocationListStanding(NewestRevocationList? Complete, NewestRevocationList? Delta, bool IsAsked, long LastOrdinal);

/// <summary>A part of an authority's certificates that has a list of its own.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Address">What stands in the certificates, for ever.</param>
public sealed record RevocationListShard(int Number, Uri Address);
