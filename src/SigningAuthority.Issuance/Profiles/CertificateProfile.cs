using System.Text.Json.Serialization;
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
}

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
}
