using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Api.Names;

/// <summary>Rules about proving names.</summary>
internal static class NameRules
{
    public static readonly Rule NotFqdn = new("name-not-fqdn", "RFC 1034 §3.5; firmware knows no internationalized names");
    public static readonly Rule TooLong = new("name-too-long", "RFC 5280 appendix A.1: ub-common-name 64");
    public static readonly Rule UnknownMethod = new("proof-method-unknown", "/openapi/v1.json");
    public static readonly Rule HttpCoversOneName = new(
        "http-proof-covers-one-name",
        "CA/Browser Forum Baseline Requirements 3.2.2.4.18: a file at one host says nothing of the names below it"
    );
    public static readonly Rule Registered = new("name-registered-already", "what an operator registered needs no proof");
    public static readonly Rule NotAvailable = new("name-not-available", "a name has one holder");
    public static readonly Rule TooManyOpen = new("too-many-open-challenges", "policy.json names.mostOpenChallenges");
    public static readonly Rule Finished = new("challenge-finished", "a challenge proves once, and fails after so many looks");
    public static readonly Rule Expired = new("challenge-expired", "policy.json names.challengeHours");
    public static readonly Rule TooManyChecks = new("too-many-checks", "others' servers are not called without end");
}
