using SigningAuthority.Issuance.Firmware;

namespace SigningAuthority.Client.Phones;

/// <summary>Why a visit ends though the phone accepts the server: what the server makes of the phone. Codes are stable, as the firmware's are.</summary>
internal static class VisitRules
{
    /// <summary>The server turned away the phone's certificate, or the phone for having none.</summary>
    public static readonly FirmwareRule ClientCertificateRefused = new(
        "client-certificate-refused",
        "RFC 5246 §7.4.6: the server decides on the client's certificate",
        "verify clients against every client root: ssl_client_certificate (nginx), SSLCACertificateFile (Apache) is client-bundle.pem"
    );

    /// <summary>The server keeps the file for the device whose MAC address is in its name.</summary>
    public static readonly FirmwareRule OtherDeviceFile = new(
        "other-device-file",
        "one device, one file: the MAC address in the path is compared with the certificate's",
        "ask for the device's own file"
    );
}
