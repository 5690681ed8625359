using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Issuance.Firmware;

/// <summary>What the certificate says its key may be used for.</summary>
internal static class KeyPurposes
{
    private const X509KeyUsageFlags NeededUsage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment;
    private const string AnyPurpose = "2.5.29.37.0";

    private static readonly FirmwareRule Usage = new(
        RefusalCodes.KeyUsage,
        "old firmware's cipher list: RSA enciphers to the certificate's key, DHE_RSA signs with it (RFC 5246 §7.4.2)",
        "install the certificate as this authority issued it: its keyUsage has both bits"
    );

    // Whether old firmware looks at it is unknown; a certificate that breaks the standard is good for no phone anyway.
    private static readonly FirmwareRule Purpose = new(
        RefusalCodes.ExtendedKeyUsage,
        "RFC 5280 §4.2.1.12: a key is used for the purposes named, where any are",
        "install the server's certificate, not a device's"
    );

    public static Refusal? JudgeUsage(ServerCertificate certificate) =>
        certificate.KeyUsage is { } flags && (flags & NeededUsage) == NeededUsage
            ? null
            : Usage.BrokenBy(
                "The certificate's key may not be used as the firmware's cipher suites do.",
                "digitalSignature, keyEncipherment",
                certificate.KeyUsage?.ToString() ?? "no keyUsage extension"
            );

    public static Refusal? JudgePurpose(ServerCertificate certificate) =>
        certificate.ExtendedKeyUsage is { } purposes && !purposes.Contains(ObjectIdentifiers.ServerAuth) && !purposes.Contains(AnyPurpose)
            ? Purpose.BrokenBy("The certificate is not one for a server.", "serverAuth", string.Join(", ", purposes))
            : null;
}
