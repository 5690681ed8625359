using System.Net;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Profiles;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Policy;

/// <summary>
/// Evidence that policy was decided on a request and nothing was found. Only <see cref="IssuancePolicy"/> makes one; it
/// is redeemed once, for the plans of the certificates to sign.
/// </summary>
public sealed class ApprovedRequest
{
    private readonly IReadOnlyList<CertificatePlan> _plans;
    private int _redeemed;

    internal ApprovedRequest(CertificationRequest request, IReadOnlyList<CertificatePlan> plans, int officers)
    {
        Request = request;
        RequiredOfficers = officers;
        _plans = plans;
    }

    public CertificationRequest Request { get; }

    /// <summary>How many different officers must approve before it is signed; where their decisions were among the facts, they did.</summary>
    public int RequiredOfficers { get; }

    /// <summary>Ids of the authorities that will sign, in the configuration's order.</summary>
    public IReadOnlyList<string> Authorities => [.. _plans.Select(plan => plan.Authority.Id)];

    /// <summary>The subject as RFC 4514 spells it: what log entries call the request's subject.</summary>
    public string Subject => _plans[0].Subject.ToRfc4514();

    /// <exception cref="InvalidOperationException">The approval was redeemed before.</exception>
    public IReadOnlyList<CertificatePlan> Redeem() =>
        Interlocked.Exchange(ref _redeemed, 1) == 0 ? _plans : throw new InvalidOperationException("An approval is redeemed once.");
}

/// <summary>One certificate as policy allows it: everything but serial number and dates.</summary>
/// <param name="Authority">Who signs.</param>
/// <param name="Profile">The certificate's shape.</param>
/// <param name="Subject">The subject's name.</param>
/// <param name="SubjectPublicKeyInfo">DER, from the request.</param>
/// <param name="DnsNames">subjectAltName dNSNames; empty for none.</param>
/// <param name="Addresses">subjectAltName iPAddresses; empty for none.</param>
/// <param name="UnsafeForeignHexRun">The policy lets the subject read as more than one MAC address (<see cref="ForeignHexRun.UnsafeAccept"/>).</param>
public sealed record CertificatePlan(
    AuthorityDefinition Authority,
    CertificateProfile Profile,
    DistinguishedName Subject,
    ReadOnlyMemory<byte> SubjectPublicKeyInfo,
    IReadOnlyList<string> DnsNames,
    IReadOnlyList<IPAddress> Addresses,
    bool UnsafeForeignHexRun = false
)
{
    /// <summary>A further subjectAltName, an otherName; null for none.</summary>
    public HardwareModuleName? HardwareModuleName { get; init; }

    /// <summary>Which addresses the certificate carries: those of the profile that its devices stand; empty for none.</summary>
    public IReadOnlyList<AddressKind> Points { get; init; } = [];
}

/// <summary>Outcome of a decision: an approval, or every rule that was broken. Exactly one of the two.</summary>
public sealed class PolicyDecision
{
    private PolicyDecision(ApprovedRequest? approved, IReadOnlyList<Violation> violations)
    {
        Approved = approved;
        Violations = violations;
    }

    public ApprovedRequest? Approved { get; }

    /// <summary>Empty when approved.</summary>
    public IReadOnlyList<Violation> Violations { get; }

    internal static PolicyDecision Approve(CertificationRequest request, IReadOnlyList<CertificatePlan> plans, int officers = 0) =>
        new(new ApprovedRequest(request, plans, officers), []);

    /// <summary>A refusal; at least one violation.</summary>
    public static PolicyDecision Refuse(IReadOnlyList<Violation> violations) => new(null, violations);
}
