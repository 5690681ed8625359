using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Storage.Requests;

/// <summary>A request that passed the door, as it goes into the queue.</summary>
/// <param name="Csr">DER.</param>
/// <param name="CsrSha256">Over the DER.</param>
/// <param name="PublicKeySha256">Over the DER of the SubjectPublicKeyInfo.</param>
/// <param name="Mac">12 upper-case hexadecimal digits.</param>
/// <param name="Authorities">Ids of the authorities that are to sign, at least one.</param>
/// <param name="IdempotencyKey">The caller's own name for this request, unique within its provider.</param>
/// <param name="SubmittedBy">The actor, as the log names it.</param>
public sealed record NewSigningRequest(
    SigningRequestId Id,
    RequestKind Kind,
    Lane Lane,
    Guid? ProviderId,
    Guid? StationId,
    byte[] Csr,
    byte[] CsrSha256,
    byte[] PublicKeySha256,
    string? Fqdn,
    string? Mac,
    string? Serial,
    string? Product,
    IReadOnlyList<string> Devices,
    IReadOnlyList<string> Authorities,
    string? Profile,
    string? IdempotencyKey,
    string? Note,
    string SubmittedBy
);
