using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Certificates;

namespace SigningAuthority.Storage.Requests;

/// <summary>A request under this instance's lease.</summary>
/// <param name="Intents">What an earlier claim already committed itself to sign: those very bytes are signed, nothing is built anew.</param>
/// <param name="Certificates">What an earlier claim already finished.</param>
public sealed record ClaimedRequest(
    SigningRequestRecord Request,
    IReadOnlyList<NewIntent> Intents,
    IReadOnlyList<IssuedCertificate> Certificates
);

/// <summary>A certificate that is about to be signed: durable before the key is used.</summary>
/// <param name="ToBeSigned">DER of the TBSCertificate.</param>
/// <param name="PolicyHash">Of the configuration that allowed it.</param>
public sealed record NewIntent(
    SigningRequestId RequestId,
    string Authority,
    CertificateSerialNumber SerialNumber,
    byte[] ToBeSigned,
    string Profile,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter,
    string PolicyHash
)
{
    /// <summary>The part of its authority's certificates that it belongs to; 0 for those that name the complete revocation list.</summary>
    public int CrlShard { get; init; }
}

/// <summary>A request that the policy at the key refuses.</summary>
public sealed record RefusedRequest(SigningRequestId RequestId, IReadOnlyList<Violation> Violations);

/// <summary>A signed certificate, as it goes into the database.</summary>
/// <param name="Sha256">Over the DER.</param>
/// <param name="PublicKeySha256">Over the DER of the subject's SubjectPublicKeyInfo.</param>
public sealed record NewCertificate(
    SigningRequestId RequestId,
    string Authority,
    CertificateSerialNumber SerialNumber,
    byte[] Der,
    byte[] Sha256,
    byte[] PublicKeySha256,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter
);

/// <summary>
/// Rows that this instance meant to write are another's by now, or nobody's. Nothing was written: leave those rows out and
/// repeat the call for the rest.
/// </summary>
public sealed class LeaseLostException(IReadOnlyList<SigningRequestId> requests)
    : Exception($"The lease of {requests.Count} requests is lost, the first of them {(requests.Count > 0 ? requests[0] : default)}.")
{
    public IReadOnlyList<SigningRequestId> Requests { get; } = requests;
}
