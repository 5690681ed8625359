using System.Globalization;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Profiles;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Policy;

/// <summary>A device's certificate that is to be signed anew, as the database has it.</summary>
/// <param name="Mac">12 upper-case hexadecimal digits.</param>
/// <param name="Issue">Which of the unit's certificates it is, from 1.</param>
/// <param name="CsrSha256">Over the DER of the request that it was issued for.</param>
/// <param name="Authority">Who signed it.</param>
/// <param name="Profile">Id of the profile that it was made by.</param>
/// <param name="Subject">As it stands in the certificate.</param>
/// <param name="NotAfter">Inclusive.</param>
/// <param name="IsRevoked">Its revocation was asked for or has effect, or it is on hold.</param>
public sealed record CertificateBefore(
    RequestKind Kind,
    string? Mac,
    string? Serial,
    string? Product,
    int Issue,
    byte[] CsrSha256,
    string Authority,
    string Profile,
    DistinguishedName Subject,
    DateTimeOffset NotAfter,
    bool IsRevoked
);

/// <summary>Everything the decision on signing a device's certificate anew rests on: the same request, the same unit, a later generation of the root.</summary>
/// <param name="Issue">As the new request says.</param>
/// <param name="PromisedAuthorities">The generation that is to sign.</param>
/// <param name="Before">Null where nothing was issued.</param>
public sealed record ResigningFacts(
    CertificationRequest Request,
    string? Mac,
    string? Serial,
    string? Product,
    int Issue,
    KeyHistory KeyHistory,
    AuthoritiesAt AvailableAuthorities,
    IReadOnlyList<string> PromisedAuthorities,
    CertificateBefore? Before
);

/// <summary>
/// A certificate is signed anew for what was certified before and is good still, and for nothing else: whoever can write such a request
/// gets no certificate that the unit does not have already, but for its issuer and dates.
/// </summary>
internal sealed class ResigningRules : RuleSet<ResigningFacts>
{
    private const string Source = "RFC 4210 §4.4: certificates are renewed under the new key of the CA for what they were issued for";
    private const string Fix = "run the operator's command again: it takes up only what is there to be signed anew";

    private static readonly Rule NothingIssued = new("resign-nothing-issued", Source);
    private static readonly Rule OtherUnit = new("resign-of-another-unit", Source);
    private static readonly Rule OtherRequest = new("resign-of-another-request", Source);
    private static readonly Rule Revoked = new(
        "resign-revoked",
        "RFC 5280 §5.3.1: what is revoked or on hold is not made good by another signature"
    );
    private static readonly Rule Expired = new("resign-expired", Source);
    private static readonly Rule NotLater = new("resign-not-later", "authorities/*.json succeeds: generations follow each other");
    private static readonly Rule OtherProfile = new("resign-profile-unknown", "profiles/*.json, for Device");
    private static readonly Rule OtherSubject = new("resign-subject-changed", Source);

    public ResigningRules(AuthorityConfiguration configuration)
    {
        Check(facts => facts.Before is { Kind: RequestKind.Device or RequestKind.ResignedDevice } ? [] : [Nothing(facts)]);
        Check(facts => facts.Before is { } before ? FindInUnit(facts, before) : null);
        Check(facts => facts.Before is { } before ? FindInRequest(facts, before) : null);
        Check(facts => facts.Before is { } before ? FindInLife(facts, before) : []);
        Check(facts => facts.Before is { } before ? FindInGeneration(configuration.Generations, facts, before) : null);
        Check(facts => facts.Before is { } before ? FindInSubject(configuration, facts, before) : null);
    }

    private static Violation Nothing(ResigningFacts facts) =>
        NothingIssued.BrokenBy(
            "succeeds",
            "a device's certificate",
            facts.Before is { } other ? $"one of a {other.Kind}" : "none",
            "Nothing was issued to a device that could be signed anew.",
            Fix
        );

    private static Violation? FindInUnit(ResigningFacts facts, CertificateBefore before) =>
        (facts.Mac, facts.Serial, facts.Product, facts.Issue) == (before.Mac, before.Serial, before.Product, before.Issue)
            ? null
            : OtherUnit.BrokenBy(
                "mac",
                string.Create(CultureInfo.InvariantCulture, $"{before.Mac}, {before.Serial}, {before.Product}, issue {before.Issue}"),
                string.Create(CultureInfo.InvariantCulture, $"{facts.Mac}, {facts.Serial}, {facts.Product}, issue {facts.Issue}"),
                "The certificate before is of another unit.",
                Fix
            );

    private static Violation? FindInRequest(ResigningFacts facts, CertificateBefore before) =>
        facts.Request.Sha256.AsSpan().SequenceEqual(before.CsrSha256)
            ? null
            : OtherRequest.BrokenBy(
                "csr",
                $"SHA-256 {Convert.ToHexStringLower(before.CsrSha256)}",
                Convert.ToHexStringLower(facts.Request.Sha256),
                "Signed anew is the very request that the certificate was issued for: the same key.",
                Fix
            );

    private static IEnumerable<Violation> FindInLife(ResigningFacts facts, CertificateBefore before)
    {
        if (before.IsRevoked)
            yield return Revoked.BrokenBy(
                "succeeds",
                "a certificate that is neither revoked nor on hold",
                "one that is",
                "The unit's certificate is revoked or on hold.",
                "a unit with another key is reissued by its station; release a hold first"
            );
        if (before.NotAfter < facts.AvailableAuthorities.Now)
            yield return Expired.BrokenBy(
                "succeeds",
                "a certificate that has not ended",
                before.NotAfter.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
                "The unit's certificate has ended.",
                "certify the unit again at a station of its order"
            );
    }

    private static Violation? FindInGeneration(Generations generations, ResigningFacts facts, CertificateBefore before) =>
        facts.PromisedAuthorities is [var next] && generations.From(before.Authority).Skip(1).Any(later => later.Id == next)
            ? null
            : NotLater.BrokenBy(
                "authority",
                $"a generation that succeeds {before.Authority}",
                string.Join(", ", facts.PromisedAuthorities),
                "A certificate is signed anew by a later generation of its root.",
                "name the generation with --with"
            );

    private static Violation? FindInSubject(AuthorityConfiguration configuration, ResigningFacts facts, CertificateBefore before)
    {
        if (configuration.FindProfile(before.Profile) is not { For: RequestKind.Device } profile)
            return OtherProfile.BrokenBy(
                "profile",
                "a profile for devices",
                before.Profile,
                "The profile that the certificate was made by is not configured any more.",
                "bring the profile back to ca-config"
            );
        if (!MacAddress.TryParse(facts.Mac, out var mac) || facts is not { Serial: { } serial, Product: { } product })
            return null;

        var subject = SubjectTemplate.Fill(profile.Subject, SubjectTemplate.DeviceValues(mac, serial, product));
        return subject.Der.Span.SequenceEqual(before.Subject.Der.Span)
            ? null
            : OtherSubject.BrokenBy(
                "subject",
                before.Subject.ToRfc4514(),
                subject.ToRfc4514(),
                "The profile makes another subject today than the certificate has.",
                "bring the profile's subject back to ca-config, as a profile of another id if need be"
            );
    }
}
