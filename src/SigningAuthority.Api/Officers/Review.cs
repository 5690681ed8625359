using SigningAuthority.Api.Providers;

namespace SigningAuthority.Api.Officers;

/// <summary>All that an officer is given to decide by.</summary>
/// <param name="Csr">The request itself, base64 of its DER: what is shown here can be recomputed from it.</param>
/// <param name="CsrSha256">Over the DER, lower-case hexadecimal.</param>
/// <param name="Facts">What the CSR says.</param>
/// <param name="Note">The provider's own words.</param>
/// <param name="Addresses">Where the provider says its server is.</param>
/// <param name="AddressLookup">What DNS answered for the name; absent as long as it has not been looked up.</param>
/// <param name="Acceptance">Which phones would accept what is asked for, or accept what was issued: the document that the provider sees.</param>
/// <param name="CoveredBy">The registration or proof that lets the provider ask for the name; absent when there is none any more.</param>
/// <param name="History">What this provider's requests came to so far.</param>
/// <param name="Certificates">The newest ones of this very name, whoever held it.</param>
/// <param name="NearDuplicates">Known names that a person could take for this one, other tenants' too.</param>
/// <param name="Decisions">Those so far.</param>
/// <param name="Obstacles">Codes of what keeps the caller from deciding: approval-own-request, decided-by-you, already-decided.</param>
/// <param name="Statement">What to sign; absent once the request waits no more.</param>
internal sealed record Review(
    Guid Id,
    string Status,
    string Href,
    string Fqdn,
    string SubmittedBy,
    DateTimeOffset SubmittedAt,
    int ApprovalsNeeded,
    int ApprovalsGiven,
    DateTimeOffset? ApprovalExpiresAt,
    string Csr,
    string CsrSha256,
    RequestFacts Facts,
    IReadOnlyList<string> Devices,
    IReadOnlyList<string> Generations,
    string? Note,
    IReadOnlyList<string> Addresses,
    ReviewLookup? AddressLookup,
    RequestMatrix Acceptance,
    CoveringName? CoveredBy,
    ReviewHistory History,
    IReadOnlyList<ReviewCertificate> Certificates,
    IReadOnlyList<ReviewNearDuplicate> NearDuplicates,
    IReadOnlyList<ReviewDecision> Decisions,
    IReadOnlyList<string> Obstacles,
    StatementTemplates? Statement
)
{
    public const string Path = "/api/v1/officer/requests";
}

/// <summary>What the CSR says of itself.</summary>
/// <param name="Subject">RFC 4514.</param>
/// <param name="Exponent">Hexadecimal.</param>
/// <param name="SignatureAlgorithm">Its own signature's, by name where that is known.</param>
/// <param name="PublicKeySha256">Over the SubjectPublicKeyInfo.</param>
/// <param name="Extensions">Object identifiers of the extensions asked for; none is copied.</param>
internal sealed record RequestFacts(
    string Subject,
    int KeyBits,
    string Exponent,
    string SignatureAlgorithm,
    IReadOnlyList<string> SubjectAlternativeNames,
    string PublicKeySha256,
    IReadOnlyList<string> Extensions,
    bool HasChallengePassword
);

/// <param name="Requests">How many, by state.</param>
internal sealed record ReviewHistory(
    string Provider,
    DateTimeOffset Since,
    DateTimeOffset? FirstIssuedAt,
    IReadOnlyDictionary<string, long> Requests
);

internal sealed record ReviewCertificate(
    Guid RequestId,
    string Provider,
    string Generation,
    string SerialNumber,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter,
    string Sha256
);

/// <param name="Kind">"EditDistance" or "Confusable".</param>
/// <param name="Distance">In edits.</param>
/// <param name="Providers">Who has it, or has asked for it.</param>
internal sealed record ReviewNearDuplicate(string Name, string Kind, int Distance, IReadOnlyList<string> Providers);

/// <param name="Counts">False where the officer's registration was taken back since, or the row does not verify.</param>
internal sealed record ReviewDecision(
    string Officer,
    string Decision,
    string Reason,
    DateTimeOffset At,
    DateTimeOffset RecordedAt,
    bool Counts
);

/// <summary>The text to sign, but for "{reason}" and "{at}" (UTC, 2026-11-20T12:00:00Z).</summary>
internal sealed record StatementTemplates(string Approve, string Refuse);
