using SigningAuthority.Storage.Access;

namespace SigningAuthority.Storage.Names;

/// <summary>A look that this instance has claimed.</summary>
public sealed record ClaimedCheck(NameCheck Check, NameChallenge Challenge, string Provider);

/// <summary>A proven name whose proof is to be looked at again, claimed by this instance.</summary>
public sealed record ClaimedName(ProviderName Name, NameChallenge Challenge, string Provider);
