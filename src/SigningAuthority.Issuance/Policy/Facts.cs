using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Policy;

/// <summary>What is known of a public key besides the request that carries it; gathered by the caller, since policy reaches no database.</summary>
/// <param name="BelongsToAuthority">The key is that of one of our authorities.</param>
/// <param name="CertifiedForDevice">A certificate for a device (another one, if a device asks) carries the key.</param>
/// <param name="CertifiedForAnotherProvider">A certificate of another provider carries the key.</param>
public sealed record KeyHistory(bool BelongsToAuthority, bool CertifiedForDevice, bool CertifiedForAnotherProvider)
{
    public static KeyHistory Unknown { get; } = new(false, false, false);
}

/// <summary>A name that a provider may ask for, and whether names below it are included.</summary>
public sealed record RegisteredName(Fqdn Suffix, bool IncludeSubdomains)
{
    /// <summary>Set when the provider had proven the name itself and the proof has aged out: the name covers nothing any more.</summary>
    public DateTimeOffset? ProofEndedAt { get; init; }

    public bool Covers(Fqdn name) => ProofEndedAt is null && name.IsUnder(Suffix, IncludeSubdomains);
}

/// <summary>Everything the decision on a provider's request rests on.</summary>
/// <param name="Request">The request as decoded.</param>
/// <param name="Devices">Device names as the provider wrote them.</param>
/// <param name="Names">Names registered for this provider.</param>
/// <param name="KeyHistory">Where else the key is known from.</param>
/// <param name="AvailableAuthorities">The authorities whose ceremony has been held, and when it is.</param>
/// <param name="PromisedAuthorities">Authorities fixed when the request was accepted; null at the door.</param>
public sealed record ProvisioningServerFacts(
    CertificationRequest Request,
    IReadOnlyList<string> Devices,
    IReadOnlyList<RegisteredName> Names,
    KeyHistory KeyHistory,
    AuthoritiesAt AvailableAuthorities,
    IReadOnlyList<string>? PromisedAuthorities = null
)
{
    /// <summary>Set where the request follows another one.</summary>
    public SuccessionFacts? Succession { get; init; }

    /// <summary>A holder of a certificate with this key has said that somebody else has the key too.</summary>
    public bool KeyReportedCompromised { get; init; }

    /// <summary>How an operator said that this provider's requests are approved, by generation; the policy's own word for the rest.</summary>
    public IReadOnlyDictionary<string, ApprovalMode> ApprovalModes { get; init; } = new Dictionary<string, ApprovalMode>();

    /// <summary>What officers decided; null where nobody can have decided yet, which is at the door.</summary>
    public ApprovalEvidence? Approval { get; init; }
}

/// <summary>Everything the decision on a device's request rests on; identity as the station wrote it.</summary>
public sealed record DeviceFacts(
    CertificationRequest Request,
    string? Mac,
    string? Serial,
    string? Product,
    KeyHistory KeyHistory,
    AuthoritiesAt AvailableAuthorities,
    IReadOnlyList<string>? PromisedAuthorities = null
)
{
    /// <summary>A device that does not exist: an operator asks, in the MAC range kept for tests.</summary>
    public bool IsTest { get; init; }

    /// <summary>What the unit is drawn from; null for none, which only a test device may have.</summary>
    public Draw? Draw { get; init; }

    /// <summary>Its key was made by the key room, for this unit.</summary>
    public bool HasKeyOfAuthority { get; init; }

    /// <summary>A past request that is only tried: what let its station draw it is no question of policy. Never what something is signed by.</summary>
    public bool IsTried { get; init; }

    /// <summary>Set where the unit has had a certificate before.</summary>
    public ReissueFacts? Reissue { get; init; }
}

/// <summary>A unit that a key pair is to be made for, as the station wrote it.</summary>
public sealed record KeyPairFacts(string? Mac, string? Serial, string? Product, Draw Draw, AuthoritiesAt AvailableAuthorities);

/// <summary>The devices that a provider names; judged even beside a request that can't be read.</summary>
public sealed record RequestedDevices(
    IReadOnlyList<string> Devices,
    AuthoritiesAt AvailableAuthorities,
    IReadOnlyList<string>? PromisedAuthorities = null
);

/// <summary>A device's identity as the station wrote it; judged even beside a request that can't be read.</summary>
public sealed record DeviceIdentity(
    string? Mac,
    string? Serial,
    string? Product,
    AuthoritiesAt AvailableAuthorities,
    IReadOnlyList<string>? PromisedAuthorities = null
)
{
    /// <summary>A device that does not exist: an operator asks, in the MAC range kept for tests.</summary>
    public bool IsTest { get; init; }

    /// <summary>Id of the profile that the unit's production order says; null for that of the product's family.</summary>
    public string? Profile { get; init; }
}

/// <summary>Everything the decision on a request of our own (a station, the front door, an OCSP responder) rests on.</summary>
public sealed record InfrastructureFacts(
    RequestKind Kind,
    CertificationRequest Request,
    KeyHistory KeyHistory,
    AuthoritiesAt AvailableAuthorities
)
{
    /// <summary>Id of the authority whose responder an OcspResponder is; null for the other kinds, whose authority is the one of its purpose.</summary>
    public string? Authority { get; init; }
}
