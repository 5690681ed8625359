using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Policy;

/// <summary>The request's own signature: that the requester holds the key, and by a hash that still proves it.</summary>
internal sealed class RequestSignatureRules : RuleSet<KeyFacts>
{
    // RFC 2986 §3, note 2: the signature keeps an entity from asking for a certificate for another party's key.
    private static readonly Rule ProofFails = new("proof-of-possession", "RFC 2986 §3");

    // RFC 6194 §2: SHA-1 no longer gives collision resistance.
    private static readonly Rule WeakHash = new("request-hash", "RFC 6194 §2; policies/policy.json key.requestHashes");

    public RequestSignatureRules(KeySettings settings)
    {
        Check(facts =>
            facts.Request.ProofOfPossession == ProofOfPossession.Failed
                ? ProofFails.BrokenBy(
                    "csr.signature",
                    "a signature by the key in the request",
                    "one that does not verify",
                    "The request is not signed with the key it carries.",
                    "openssl req -in provserver.csr -noout -verify"
                )
                : null
        );

        Check(facts =>
            HashName(facts.Request.SignatureAlgorithm) is var hash
            && !settings.RequestHashes.Contains(hash)
            && !(facts.Tolerance.UnsafeSha1 && hash == "SHA-1")
            && facts.Key.IsRsa
                ? WeakHash.BrokenBy(
                    "csr.signatureAlgorithm",
                    string.Join(", ", settings.RequestHashes) + " with RSA (PKCS#1 v1.5)",
                    hash,
                    "The request is signed with a hash that is not accepted.",
                    facts.NewRequest
                )
                : null
        );
    }

    private static string HashName(string algorithm) =>
        algorithm switch
        {
            ObjectIdentifiers.Sha256WithRsa => "SHA-256",
            ObjectIdentifiers.Sha384WithRsa => "SHA-384",
            ObjectIdentifiers.Sha512WithRsa => "SHA-512",
            ObjectIdentifiers.Sha1WithRsa => "SHA-1",
            _ => algorithm,
        };
}
