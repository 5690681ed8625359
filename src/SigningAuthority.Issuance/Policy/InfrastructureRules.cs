using System.Net;
using System.Text.RegularExpressions;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Policy;

/// <summary>Certificates that operators ask for: a factory station's, the front door's own.</summary>
internal sealed partial class InfrastructureRules : RuleSet<InfrastructureFacts>
{
    private static readonly Rule StationName = new("station-name", "stations are named in kebab-case, 1 to 32 characters");
    private static readonly Rule ServiceName = new("service-name", "RFC 9525 §2: the front door is known by DNS names and addresses");

    public InfrastructureRules()
    {
        Check(facts =>
            facts.Kind == RequestKind.Station && (facts.Request.CommonName is not { } name || !Station().IsMatch(name))
                ? StationName.BrokenBy(
                    "csr.subject.commonName",
                    "a kebab-case name",
                    facts.Request.CommonName ?? "none",
                    "The station's name can't be read from the subject.",
                    "openssl req -new -newkey rsa:2048 -nodes -sha256 -keyout station.key -out station.csr -subj /CN=line-1"
                )
                : null
        );
        Check(facts =>
            facts.Kind == RequestKind.ServiceTls
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
