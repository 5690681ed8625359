using System.Text.Json.Serialization;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Firmware;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Configuration;

/// <summary>What an authority's key is for.</summary>
public enum AuthorityPurpose
{
    /// <summary>One generation of the Provisioning Server Root: signs providers' server certificates directly.</summary>
    ServerRoot,

    /// <summary>The Client Root: signs devices' client certificates directly.</summary>
    ClientRoot,

    /// <summary>Signs the factory stations' client certificates.</summary>
    StationAuthority,

    /// <summary>Signs the HTTPS certificate of this service's own front door.</summary>
    ServiceAuthority,

    /// <summary>Signs the issuance log's checkpoints. Has no certificate.</summary>
    LogKey,
}

/// <summary>One file of ca-config/authorities/.</summary>
public sealed record AuthorityDefinition
{
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>Stable id, kebab-case; also what callers name a generation by ("sipura", "cisco-2k").</summary>
    public required string Id { get; init; }

    public required AuthorityPurpose Purpose { get; init; }

    /// <summary>The name people know it by ("Sipura CA").</summary>
    public required string DisplayName { get; init; }

    /// <summary>The key room that holds the key.</summary>
    public required Lane Lane { get; init; }

    /// <summary>The root's subject, in order, e.g. [{"type":"O","value":"…"},{"type":"CN","value":"…"}]; empty for a log key.</summary>
    public required IReadOnlyList<NameTemplate> Subject { get; init; }

    /// <summary>"RSA-2048", "RSA-3072", "RSA-4096"; "EC-P256" for a log key.</summary>
    public required string Key { get; init; }

    /// <summary>Life of the self-signed root in years of 365.25 days; ignored for a log key.</summary>
    public required int ValidityYears { get; init; }

    /// <summary>The key's label in its store (CKA_LABEL, or the file's name).</summary>
    public required string KeyLabel { get; init; }

    /// <summary>A second, well-known name of the published root ("spacroot" for /roots/spacroot.crt), or null.</summary>
    public string? PublishedAs { get; init; }

    /// <summary>Id of the generation before this one, of the same purpose; null for a first generation. Only for roots.</summary>
    public string? Succeeds { get; init; }

    /// <summary>First moment of issuance, UTC, inclusive, when it was published long enough by then; null for a root that signs from its ceremony on.</summary>
    public DateTimeOffset? ActiveFrom { get; init; }

    /// <summary>Signs no certificates any more, and is in no published bundle: its last device is out of the field.</summary>
    public bool Retired { get; init; }

    /// <summary>What this generation's devices are known to accept; only for server roots.</summary>
    public DeviceTolerance? DevicesAccept { get; init; }

    [JsonIgnore]
    public KeyAlgorithm KeyAlgorithm => KeyAlgorithm.Parse(Key);

    [JsonIgnore]
    public DistinguishedName SubjectName =>
        _subjectName ??= DistinguishedName.Of([
            .. Subject.Select(part => new AttributeTypeAndValue(NameAttributeTypes.FindOid(part.Type)!, part.Value)),
        ]);

    private DistinguishedName? _subjectName;
}

/// <summary>
/// What the firmware of a generation tolerates in a server certificate. Where the field's answer is not known,
/// ca-config/README.md says so.
/// </summary>
/// <param name="LargestRsaBits">Largest RSA modulus of the server's key, inclusive.</param>
/// <param name="SubjectAlternativeName">What is made of a subjectAltName; issued without one where it is not tolerated.</param>
/// <param name="SignatureHashes">Hashes of the certificate's signature that are verified: "SHA-1", "SHA-256", "SHA-384", "SHA-512".</param>
/// <param name="LongestValidityDays">Longest validity, inclusive; null for no limit known.</param>
/// <param name="Addresses">Whether certificates may carry addresses of CRL, OCSP and issuer; issued without where not.</param>
/// <param name="UnsafeAllowRsa1024">Accept CSRs with 1024-bit keys. Unsafe: such keys can be factored.</param>
/// <param name="UnsafeAllowSha1Requests">Accept CSRs signed with SHA-1. Unsafe: proof of possession rests on a broken hash.</param>
public sealed record DeviceTolerance(
    int LargestRsaBits,
    AlternativeNameHandling SubjectAlternativeName,
    IReadOnlyList<string> SignatureHashes,
    int? LongestValidityDays = null,
    AddressHandling Addresses = AddressHandling.NotTolerated,
    bool UnsafeAllowRsa1024 = false,
    bool UnsafeAllowSha1Requests = false
);

/// <summary>What the devices of a generation make of addresses in a certificate (RFC 5280 §4.2.1.13, §4.2.2.1).</summary>
public enum AddressHandling
{
    /// <summary>Not known to be harmless: the generation's certificates are issued without.</summary>
    NotTolerated,

    /// <summary>Read, or passed over as extensions that are not critical are.</summary>
    Tolerated,
}

/// <summary>One attribute of a subject; the value may hold placeholders where the profile allows ("{mac}").</summary>
/// <param name="Type">Short name: C, ST, L, O, OU, CN, serialNumber, emailAddress.</param>
/// <param name="Value">Text, with placeholders in braces.</param>
public sealed record NameTemplate(string Type, string Value);
