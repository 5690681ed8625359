using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Issuance.Firmware;

/// <summary>The server's key: what the cipher list can use, and how long a one the firmware takes.</summary>
internal static class ServerKey
{
    private static readonly FirmwareRule NotRsa = new(
        RefusalCodes.NotRsa,
        "old firmware's cipher list: RSA and DHE_RSA suites only (RFC 5246 §7.4.2)",
        "openssl req -new -newkey rsa:2048 -nodes -sha256 -keyout provserver.key -out provserver.csr -subj /CN=prov.example.com"
    );
    private static readonly FirmwareRule TooLarge = new(
        RefusalCodes.KeyTooLarge,
        "ca-config: devicesAccept.largestRsaBits of the generation, firmwareAccepts of the family",
        "ask again with a shorter key: openssl req -new -newkey rsa:2048 -nodes -sha256 …"
    );

    public static Refusal? Judge(ServerCertificate certificate, FirmwareTolerance tolerance)
    {
        if (certificate.KeyAlgorithm != ObjectIdentifiers.RsaEncryption)
            return NotRsa.BrokenBy("The firmware's cipher suites need an RSA key.", "RSA", certificate.KeyAlgorithm);
        return certificate.KeyBits > tolerance.LargestRsaBits
            ? TooLarge.BrokenBy(
                "The key is longer than this firmware is known to accept.",
                $"{tolerance.LargestRsaBits} bits or fewer",
                $"{certificate.KeyBits} bits"
            )
            : null;
    }
}
