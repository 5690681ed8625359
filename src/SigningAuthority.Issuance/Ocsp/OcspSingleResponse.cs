using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Issuance.Ocsp;

/// <summary>What is known of a certificate (CertStatus, RFC 6960 §4.2.1).</summary>
public abstract record OcspCertificateStatus
{
    private OcspCertificateStatus() { }

    /// <summary>It was issued by this authority, and is neither revoked nor on hold.</summary>
    public sealed record Good : OcspCertificateStatus;

    /// <summary>Revoked, or on hold.</summary>
    /// <param name="At">Whole seconds.</param>
    /// <param name="Reason">Not encoded when unspecified; never removeFromCRL.</param>
    public sealed record Revoked(DateTimeOffset At, RevocationReason Reason) : OcspCertificateStatus;

    /// <summary>Nothing is known of it: it was not issued by this authority (§2.2).</summary>
    public sealed record Unknown : OcspCertificateStatus;
}

/// <summary>The answer for one certificate (SingleResponse, RFC 6960 §4.2.1).</summary>
/// <param name="Id">Repeated octet by octet.</param>
/// <param name="Status">Its state at <paramref name="ThisUpdate"/>.</param>
/// <param name="ThisUpdate">When the state was known to be right; whole seconds.</param>
/// <param name="NextUpdate">At or before which newer information will be there; null for "at any time" (§4.2.2.1).</param>
public sealed record OcspSingleResponse(OcspCertId Id, OcspCertificateStatus Status, DateTimeOffset ThisUpdate, DateTimeOffset? NextUpdate);
