using System.Text.Json.Serialization;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Profiles;

/// <summary>One file of ca-config/profiles/: the shape of one kind of certificate. Everything not said here is fixed by code.</summary>
public sealed record CertificateProfile
{
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    public required string Id { get; init; }

    /// <summary>The kind of request that this profile serves.</summary>
    public required RequestKind For { get; init; }

    /// <summary>The subject's RDNs in encoded order. Placeholders: see <see cref="SubjectTemplate"/>.</summary>
    public required IReadOnlyList<NameTemplate> Subject { get; init; }

    /// <summary>Days from notBefore to notAfter; always cut at the issuer's own notAfter.</summary>
    public required int ValidityDays { get; init; }

    /// <summary>Minutes that notBefore lies before the moment of issuance, for clocks that are behind. 0 to 1440.</summary>
    public required int BackdateMinutes { get; init; }

    public required IReadOnlyList<KeyUsageBit> KeyUsage { get; init; }

    public required IReadOnlyList<KeyPurpose> ExtendedKeyUsage { get; init; }

    /// <summary>Whether a subjectAltName with the requested DNS names (and, for the front door, addresses) is added.</summary>
    public required bool SubjectAlternativeName { get; init; }

    /// <summary>Whether a critical basicConstraints with cA absent (end entity) is added.</summary>
    public required bool BasicConstraints { get; init; }

    /// <summary>What notAfter is; cut at the issuer's own unless said otherwise.</summary>
    public CertificateEnd NotAfter { get; init; } = CertificateEnd.Clamped;

    /// <summary>IEEE 802.1AR's name of the hardware, as a subjectAltName; only for devices, null for none.</summary>
    public HardwareModuleTemplate? HardwareModuleName { get; init; }

    /// <summary>Which addresses of the publication its certificates carry, each at most once; none by default.</summary>
    public IReadOnlyList<AddressKind> Addresses { get; init; } = [];

    /// <summary>
    /// Whether id-pkix-ocsp-nocheck is added (RFC 6960 §4.2.2.2.1): clients then trust a responder's certificate for its life, which
    /// is short for that reason. For OcspResponder, and only there.
    /// </summary>
    public bool OcspNoCheck { get; init; }
}

/// <summary>What a certificate may say of where more is published.</summary>
public enum AddressKind
{
    /// <summary>Where to ask for its state (RFC 5280 §4.2.2.1, id-ad-ocsp).</summary>
    Ocsp,

    /// <summary>Where its issuer's certificate is (RFC 5280 §4.2.2.1, id-ad-caIssuers).</summary>
    CaIssuers,

    /// <summary>Where the CRL is that covers it (RFC 5280 §4.2.1.13).</summary>
    Crl,
}

/// <summary>Which notAfter certificates of a profile have.</summary>
public enum CertificateEnd
{
    /// <summary>validityDays after notBefore, and never after the issuer's own.</summary>
    Clamped,

    /// <summary>99991231235959Z, as IEEE 802.1AR recommends: RFC 5280 §4.1.2.5 for what has no well-defined expiration date.</summary>
    NoWellDefinedExpiration,
}

/// <summary>The hardwareModuleName (RFC 4108 §5) of a profile.</summary>
/// <param name="HwType">OID of the kind of hardware, of the maker's own arc.</param>
/// <param name="HwSerialNum">Text of the unit's serial number; placeholders as in a subject.</param>
public sealed record HardwareModuleTemplate(string HwType, string HwSerialNum);

/// <summary>Bits of keyUsage that an end entity may have (RFC 5280 §4.2.1.3); the value is the bit's number.</summary>
public enum KeyUsageBit
{
    DigitalSignature = 0,
    KeyEncipherment = 2,
}

/// <summary>Purposes of extendedKeyUsage (RFC 5280 §4.2.1.12).</summary>
public enum KeyPurpose
{
    ServerAuth,
    ClientAuth,

    /// <summary>RFC 6960 §4.2.2.2.</summary>
    OcspSigning,
}

public static class KeyPurposeOids
{
    /// <summary>The purpose's dotted OID.</summary>
    public static string Oid(this KeyPurpose purpose) =>
        purpose switch
        {
            KeyPurpose.ServerAuth => ObjectIdentifiers.ServerAuth,
            KeyPurpose.ClientAuth => ObjectIdentifiers.ClientAuth,
            KeyPurpose.OcspSigning => ObjectIdentifiers.OcspSigning,
            _ => throw new ArgumentOutOfRangeException(nameof(purpose)),
        };
}
