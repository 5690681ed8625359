using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Policy;

/// <summary>
/// What a request's attributes may ask for. Nothing asked for is ever copied: the profile alone shapes a certificate.
/// Extensions that common tools write unasked are let pass unread; anything that would mean something is refused.
/// </summary>
internal sealed class RequestedAttributeRules
    : RuleSet<(CertificationRequest Request, IReadOnlyList<string> AcceptedNames, string NewRequest)>
{
    private static readonly string[] LetPass =
    [
        ObjectIdentifiers.SubjectAlternativeName,
        ObjectIdentifiers.BasicConstraints,
        ObjectIdentifiers.KeyUsage,
        ObjectIdentifiers.ExtendedKeyUsage,
        ObjectIdentifiers.SubjectKeyIdentifier,
    ];

    // RFC 2986 §4.1 lets a request name anybody; RFC 5280 §4.2.1.6 asks the CA to verify each name.
    private static readonly Rule ForeignName = new("san-foreign", "RFC 5280 §4.2.1.6");
    private static readonly Rule AsksForAuthority = new(
        "extension-ca",
        "RFC 5280 §4.2.1.9; roots sign directly, there are no intermediates"
    );

    // RFC 2985 §5.4.1: a password for revoking by; this authority has no such procedure and must not hold it.
    private static readonly Rule ChallengePassword = new("challenge-password", "RFC 2985 §5.4.1");
    private static readonly Rule NotAccepted = new("extension-not-accepted", "profiles/*.json decide the extensions");

    public RequestedAttributeRules()
    {
        Check(facts =>
            facts.Request.Attributes.HasChallengePassword
                ? ChallengePassword.BrokenBy(
                    "csr.attributes.challengePassword",
                    "none",
                    "present (not kept)",
                    "A challenge password is a secret that this authority must not be given.",
                    "openssl req -new … and leave \"A challenge password []\" empty"
                )
                : null
        );

        Check(facts =>
            facts
                .Request.Attributes.SubjectAlternativeNames.Where(name =>
                    !facts.AcceptedNames.Contains(name.ToString(), StringComparer.OrdinalIgnoreCase)
                )
                .Select(name =>
                    ForeignName.BrokenBy(
                        "csr.subjectAltName",
                        facts.AcceptedNames.Count == 0 ? "none" : string.Join(", ", facts.AcceptedNames),
                        name.ToString(),
                        "A subject alternative name differs from what the certificate is for.",
                        facts.NewRequest
                    )
                )
        );

        Check(facts =>
            facts.Request.Attributes.AsksForCertificateAuthority
                ? AsksForAuthority.BrokenBy(
                    "csr.basicConstraints",
                    "cA absent or FALSE",
                    "cA TRUE",
                    "The request asks to become an authority.",
                    facts.NewRequest
                )
                : null
        );

        Check(facts =>
            facts
                .Request.Attributes.Extensions.Except(LetPass)
                .Select(oid =>
                    NotAccepted.BrokenBy(
                        "csr.extensions",
                        "none that means something",
                        oid,
                        "The request asks for an extension that is not issued.",
                        facts.NewRequest
                    )
                )
        );
    }
}
