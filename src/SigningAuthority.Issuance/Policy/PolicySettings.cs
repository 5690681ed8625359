using System.Text.Json.Serialization;
using SigningAuthority.Issuance.Revocations;

namespace SigningAuthority.Issuance.Policy;

/// <summary>The file ca-config/policies/policy.json: the numbers behind the rules. The rules themselves are code.</summary>
public sealed record PolicySettings
{
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>The policy's name in log entries; changes whenever its meaning does.</summary>
    public required string Version { get; init; }

    public required KeySettings Key { get; init; }

    public required WeakKeySettings WeakKeys { get; init; }

    public required ProvisioningServerSettings ProvisioningServer { get; init; }

    public required DeviceSettings Device { get; init; }

    public required RootSettings Roots { get; init; }

    public required NameProofSettings Names { get; init; }

    public required NoticeSettings Notices { get; init; }

    public required RevocationListSettings Crl { get; init; }
    public required OcspSettings Ocsp { get; init; }
    public required RevocationSettings Revocation { get; init; }

    /// <summary>What a token or a tenant may do within a time. A name stands once.</summary>
    public required IReadOnlyList<LimitSettings> Limits { get; init; }
}

/// <summary>What a subject's key must be.</summary>
/// <param name="SmallestRsaBits">Inclusive. 2048 or more; less only through a generation's unsafe setting.</param>
/// <param name="LargestRsaBits">Inclusive.</param>
/// <param name="Exponent">The one public exponent accepted.</param>
/// <param name="RequestHashes">Hashes of the request's own signature: "SHA-256", "SHA-384", "SHA-512".</param>
public sealed record KeySettings(int SmallestRsaBits, int LargestRsaBits, int Exponent, IReadOnlyList<string> RequestHashes);

/// <param name="MostDevices">Most device names in one request, inclusive.</param>
/// <param name="Approval">Whether people approve.</param>
/// <param name="Renewal">How certificates may follow others.</param>
public sealed record ProvisioningServerSettings(int MostDevices, ApprovalSettings Approval, RenewalSettings Renewal);

/// <param name="HeldOuis">OUIs that are ours, six upper-case hexadecimal digits each.</param>
/// <param name="SerialWithForeignHexRun">What to do with a serial number that carries 12 hexadecimal digits in a row.</param>
/// <param name="ReservedSubjectValues">Values that no subject may have, compared without regard to case.</param>
/// <param name="TestMacRange">MAC addresses that no unit ever gets: for test devices alone.</param>
/// <param name="GeneratedKeysKeptDays">How long a key that was made for a unit waits, encrypted, for its station to say that it has it.</param>
/// <param name="MostReissues">How often one unit's certificate may be replaced.</param>
public sealed record DeviceSettings(
    IReadOnlyList<string> HeldOuis,
    ForeignHexRun SerialWithForeignHexRun,
    IReadOnlyList<string> ReservedSubjectValues,
    MacRangeSettings TestMacRange,
    int GeneratedKeysKeptDays,
    int MostReissues
);

/// <param name="First">12 upper-case hexadecimal digits, inclusive.</param>
/// <param name="Last">12 upper-case hexadecimal digits, inclusive.</param>
public sealed record MacRangeSettings(string First, string Last);

/// <summary>A serial number with a run of 12 hexadecimal digits reads as a MAC address to some providers' software.</summary>
public enum ForeignHexRun
{
    /// <summary>The request is refused.</summary>
    Refuse,

    /// <summary>The request is accepted. Unsafe: software that takes the run for the MAC address takes this device for another.</summary>
    UnsafeAccept,
}
