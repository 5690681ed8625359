using System.Text.Json.Serialization;

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

    /// <summary>The authority that signs the devices' own certificates, and their layout; null for families that are not made any more.</summary>
    public DeviceIssuance? DeviceCertificates { get; init; }
}

/// <summary>A generation that a family's firmware trusts.</summary>
/// <param name="Authority">Id of a ServerRoot.</param>
/// <param name="FromFirmware">First firmware that has it, inclusive ("7.5.6"); null for all firmware.</param>
/// <param name="BeforeFirmware">First firmware that has it no longer, exclusive; null for none.</param>
public sealed record TrustedGeneration(string Authority, string? FromFirmware = null, string? BeforeFirmware = null);

/// <summary>How a family's device certificates are issued.</summary>
/// <param name="Authority">Id of a ClientRoot.</param>
/// <param name="Profile">Id of a profile for Device.</param>
public sealed record DeviceIssuance(string Authority, string Profile);
