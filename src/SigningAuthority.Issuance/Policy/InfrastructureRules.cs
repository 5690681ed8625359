using System.Net;
using System.Text.RegularExpressions;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Profiles;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Policy;

/// <summary>Certificates of our own: a factory station's, the front door's, an OCSP responder's.</summary>
internal sealed partial class InfrastructureRules : RuleSet<(InfrastructureFacts Facts, AuthorityDefinition? Authority)>
{
    private static readonly Rule StationName = new("station-name", "stations are named in kebab-case, 1 to 32 characters");
    private static readonly Rule ServiceName = new("service-name", "RFC 9525 §2: the front door is known by DNS names and addresses");
    private static readonly Rule ResponderAuthority = new(
        "responder-authority",
        "RFC 6960 §4.2.2.2: a delegated responder's certificate is issued directly by the authority that it answers for"
    );

    public InfrastructureRules()
    {
        Check(asked =>
            asked.Authority is null
                ? ResponderAuthority.BrokenBy(
                    "authority",
                    "an authority that has certificates",
                    asked.Facts.Authority ?? "none",
                    "There is no such authority to answer for.",
                    "name one of authorities/ whose purpose is not LogKey"
                )
                : null
        );
        Check(asked =>
            asked.Facts is { Kind: RequestKind.Station } facts && (facts.Request.CommonName is not { } name || !Station().IsMatch(name))
                ? StationName.BrokenBy(
                    "csr.subject.commonName",
                    "a kebab-case name",
                    facts.Request.CommonName ?? "none",
                    "The station's name can't be read from the subject.",
                    "openssl req -new -newkey rsa:2048 -nodes -sha256 -keyout station.key -out station.csr -subj /CN=line-1"
                )
                : null
        );
        Check(asked =>
            asked.Facts is { Kind: RequestKind.ServiceTls } facts
            && (DnsNames(facts.Request).Count + Addresses(facts.Request).Count == 0 || !IsCommonName(facts.Request.CommonName))
                ? ServiceName.BrokenBy(
                    "csr.subjectAltName",
                    "a common name of 1 to 64 printable characters and at least one DNS name or address",
                    facts.Request.CommonName ?? "none",
                    "The request names no host.",
                    "operator service-tls --dns localhost …"
                )
                : null
        );
    }

    /// <summary>Who signs; null where the request names nobody who could.</summary>
    public static AuthorityDefinition? AuthorityFor(AuthorityConfiguration configuration, InfrastructureFacts facts) =>
        facts.Kind switch
        {
            RequestKind.Station => configuration.TheAuthority(AuthorityPurpose.StationAuthority),
            RequestKind.ServiceTls => configuration.TheAuthority(AuthorityPurpose.ServiceAuthority),
            RequestKind.OcspResponder => facts.Authority is { } id
            && configuration.FindAuthority(id) is { Purpose: not AuthorityPurpose.LogKey } authority
                ? authority
                : null,
            _ => throw new ArgumentException($"{facts.Kind} is decided on by other facts.", nameof(facts)),
        };

    /// <summary>
    /// Whether the authority can sign. A responder's certificate is signed by a retired one too: what it has issued is asked after for as long
    /// as it lives, and nobody else can delegate the answering (RFC 6960 §4.2.2.2). The next one, which has issued nothing yet, signs none:
    /// its key is not used before its day.
    /// </summary>
    public static IEnumerable<Violation> FindInAuthority(
        AuthorityConfiguration configuration,
        InfrastructureFacts facts,
        AuthorityDefinition authority
    ) =>
        facts.Kind == RequestKind.OcspResponder
            ? AvailabilityRule.FindStarted(configuration, authority, facts.AvailableAuthorities)
            : AvailabilityRule.Find(configuration, [authority], facts.AvailableAuthorities, null);

    /// <summary>The placeholders of the kind's profile: a station and the front door say their names, a responder is told its own.</summary>
    public static IReadOnlyDictionary<string, string> SubjectValues(InfrastructureFacts facts, AuthorityDefinition authority) =>
        facts.Kind == RequestKind.OcspResponder
            ? SubjectTemplate.ResponderValues(authority)
            : new Dictionary<string, string> { [facts.Kind == RequestKind.Station ? "station" : "commonName"] = facts.Request.CommonName! };

    public static IReadOnlyList<string> DnsNames(CertificationRequest request) =>
        [.. request.Attributes.SubjectAlternativeNames.Where(name => name.Kind == "DNS").Select(name => name.Text)];

    public static IReadOnlyList<IPAddress> Addresses(CertificationRequest request) =>
        [
            .. request
                .Attributes.SubjectAlternativeNames.Where(name => name.Kind == "IP")
                .Select(name => IPAddress.TryParse(name.Text, out var address) ? address : null)
                .OfType<IPAddress>(),
        ];

    private static bool IsCommonName(string? text) =>
        text is { Length: >= 1 and <= ServerCommonName.MaximumLength } && ServerCommonName.IsPrintableAscii(text);

    [GeneratedRegex(@"\A[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Station();
}
