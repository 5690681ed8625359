using System.Text.Json.Serialization;
using SigningAuthority.Issuance.Firmware;

namespace SigningAuthority.Issuance.Devices;

/// <summary>One file of ca-config/device-families/: products that share their trust and their certificate's layout.</summary>
public sealed record DeviceFamily
{
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    public required string Id { get; init; }

    public required string DisplayName { get; init; }

    /// <summary>Model names, upper case ("SPA504G"). A product is in exactly one family.</summary>
    public required IReadOnlyList<string> Products { get; init; }

    /// <summary>Server roots in the firmware, each for the firmware that has it.</summary>
    public required IReadOnlyList<TrustedGeneration> ServerRoots { get; init; }

    /// <summary>Where this family's firmware tolerates something else than its generations' devices do; null for nowhere.</summary>
    public IReadOnlyList<FirmwareDeviation>? FirmwareAccepts { get; init; }

    /// <summary>The authority that signs the devices' own certificates, and their layout; null for families that are not made any more.</summary>
    public DeviceIssuance? DeviceCertificates { get; init; }
}

/// <summary>A generation that a family's firmware trusts.</summary>
/// <param name="Authority">Id of a ServerRoot.</param>
/// <param name="FromFirmware">First firmware that has it, inclusive ("7.5.6"); null for all firmware.</param>
/// <param name="BeforeFirmware">First firmware that has it no longer, exclusive; null for none.</param>
public sealed record TrustedGeneration(string Authority, string? FromFirmware = null, string? BeforeFirmware = null);

/// <summary>What firmware of a range tolerates, whatever its generation says; null leaves a value as the generation has it.</summary>
/// <param name="FromFirmware">First firmware of the range, inclusive; null for the first there was.</param>
/// <param name="BeforeFirmware">First firmware beyond it; null for none.</param>
/// <param name="LargestRsaBits">Largest RSA modulus of the server's key, inclusive.</param>
/// <param name="SubjectAlternativeName">What is made of a subjectAltName.</param>
/// <param name="SignatureHashes">Hashes of the certificate's signature that are verified.</param>
/// <param name="LongestValidityDays">Longest validity, inclusive.</param>
public sealed record FirmwareDeviation(
    string? FromFirmware = null,
    string? BeforeFirmware = null,
    int? LargestRsaBits = null,
    AlternativeNameHandling? SubjectAlternativeName = null,
    IReadOnlyList<string>? SignatureHashes = null,
    int? LongestValidityDays = null
);

/// <summary>How a family's device certificates are issued.</summary>
/// <param name="Authority">Id of a ClientRoot.</param>
/// <param name="Profile">Id of a profile for Device.</param>
public sealed record DeviceIssuance(string Authority, string Profile);
