namespace SigningAuthority.Issuance.Policy;

/// <summary>How far weak keys are looked for. What is always looked for has no setting: small factors, ROCA's fingerprint.</summary>
/// <param name="FermatRounds">Steps of Fermat's factorization, 1 or more.</param>
/// <param name="Blocklists">Files below ca-config/ that name keys never to be certified; each is part of the configuration's hash.</param>
public sealed record WeakKeySettings(int FermatRounds, IReadOnlyList<string> Blocklists);
