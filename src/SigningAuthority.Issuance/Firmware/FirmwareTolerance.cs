using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Devices;

namespace SigningAuthority.Issuance.Firmware;

/// <summary>What a firmware makes of a subjectAltName in a server's certificate.</summary>
public enum AlternativeNameHandling
{
    /// <summary>It is not looked at; the common name alone counts.</summary>
    Ignored,

    /// <summary>It must be there and name the host, beside the common name: later multiplatform firmware.</summary>
    Checked,

    /// <summary>A certificate that has one is refused.</summary>
    NotTolerated,
}

/// <summary>What one firmware with one root tolerates in a server's certificate. Null: no limit is known.</summary>
/// <param name="LargestRsaBits">Largest RSA modulus, inclusive.</param>
/// <param name="SignatureHashes">Hashes of the certificate's signature that it verifies: "SHA-1", "SHA-256", "SHA-384", "SHA-512".</param>
/// <param name="SubjectAlternativeName">What it makes of a subjectAltName.</param>
/// <param name="LongestValidityDays">Longest validity, inclusive.</param>
public sealed record FirmwareTolerance(
    int? LargestRsaBits,
    IReadOnlyList<string>? SignatureHashes,
    AlternativeNameHandling SubjectAlternativeName,
    int? LongestValidityDays
)
{
    /// <summary>A phone of which nothing but its root is known: the rules that all firmware has, and no limit.</summary>
    public static FirmwareTolerance Unknown { get; } = new(null, null, AlternativeNameHandling.Ignored, null);

    /// <summary>The generation's, changed by what is known of the family's firmware in this range; a later line of the family's file wins.</summary>
    public static FirmwareTolerance Of(DeviceTolerance generation, DeviceFamily family, FirmwareRange range) =>
        (family.FirmwareAccepts ?? [])
            .Where(deviation => FirmwareRange.Of(deviation.FromFirmware, deviation.BeforeFirmware).Covers(range))
            .Aggregate(
                new FirmwareTolerance(
                    generation.LargestRsaBits,
                    generation.SignatureHashes,
                    generation.SubjectAlternativeName,
                    generation.LongestValidityDays
                ),
                (known, deviation) =>
                    new FirmwareTolerance(
                        deviation.LargestRsaBits ?? known.LargestRsaBits,
                        deviation.SignatureHashes ?? known.SignatureHashes,
                        deviation.SubjectAlternativeName ?? known.SubjectAlternativeName,
                        deviation.LongestValidityDays ?? known.LongestValidityDays
                    )
            );
}
