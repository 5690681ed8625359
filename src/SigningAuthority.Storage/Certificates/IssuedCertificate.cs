using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Storage.Certificates;

/// <summary>A row of sa.certificate.</summary>
public sealed record IssuedCertificate
{
    public required SigningRequestId RequestId { get; init; }

    /// <summary>The issuing authority's id in the configuration.</summary>
    public required string Authority { get; init; }

    public required CertificateSerialNumber SerialNumber { get; init; }

    public required byte[] Der { get; init; }

    /// <summary>Over the DER.</summary>
    public required byte[] Sha256 { get; init; }

    /// <summary>Over the DER of the subject's SubjectPublicKeyInfo.</summary>
    public required byte[] PublicKeySha256 { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }
}
