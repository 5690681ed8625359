namespace SigningAuthority.Issuance.Policy;

/// <summary>How questions for a certificate's status are answered (RFC 6960). A responder's certificate lives as long as its profile says.</summary>
/// <param name="ResponseHours">From an answer's thisUpdate to its nextUpdate: as long do answers go on without the key room.</param>
/// <param name="RefreshBeforeHours">Answers that were asked for lately are signed again so long before their nextUpdate; fewer than <see cref="ResponseHours"/>.</param>
/// <param name="CacheSeconds">How long caches between may keep an answer (RFC 5019 §6.2): as late may they learn of a revocation.</param>
/// <param name="RenewDaysBefore">A responder's certificate is renewed so many days before it ends.</param>
/// <param name="KeyDays">A responder's key is asked certificates for this long; then a new one is made.</param>
/// <param name="MostOnDemandPerSecond">Questions that one front door passes to the key room in a second; once for those with a nonce, once for the others. A Signer answers twice as many, however many front doors there are.</param>
/// <param name="MostOnDemandPerAddress">Of those, from one address (of IPv6: one /64).</param>
public sealed record OcspSettings(
    int ResponseHours,
    int RefreshBeforeHours,
    int CacheSeconds,
    int RenewDaysBefore,
    int KeyDays,
    int MostOnDemandPerSecond,
    int MostOnDemandPerAddress
);
