using SigningAuthority.Issuance.Firmware;

namespace SigningAuthority.Client.Servers;

/// <summary>What may be wrong with a server though its certificate is right. Codes are stable.</summary>
internal static class ServerFindings
{
    public static readonly FirmwareRule HandshakeFailed = new(
        "handshake-failed",
        "old firmware's cipher list: RSA and DHE_RSA with AES-CBC-SHA, up to TLS 1.2",
        "nginx: ssl_protocols TLSv1.2; ssl_ciphers ECDHE+AESGCM:DHE-RSA-AES128-SHA:AES128-SHA:AES256-SHA; Apache: SSLProtocol TLSv1.2, SSLCipherSuite likewise"
    );
    public static readonly FirmwareRule NotAsked = new(
        "client-certificate-not-asked",
        "provisioning guide: the server tells a device from a browser by its certificate",
        "nginx: ssl_verify_client on; ssl_client_certificate client-bundle.pem; Apache: SSLVerifyClient require, SSLCACertificateFile client-bundle.pem"
    );
    public static readonly FirmwareRule RootNotOffered = new(
        "client-root-not-offered",
        "RFC 5246 §7.4.4: TLS 1.2 phones send a certificate only if its issuer is in the server's list",
        "nginx: ssl_client_certificate client-bundle.pem (not ssl_trusted_certificate); Apache: SSLCACertificateFile, without SSLCADNRequestFile"
    );
    public static readonly FirmwareRule IntermediateSent = new(
        "intermediate-sent",
        "provisioning guide: the root signs server certificates directly; a chain is one link",
        "ssl_certificate (nginx), SSLCertificateFile (Apache) is the downloaded certificate alone"
    );
    public static readonly FirmwareRule DeviceRefused = new(
        "test-device-refused",
        "provisioning guide: every device certificate of the client root is a device's",
        "verify clients against all client roots (client-bundle.pem) and with depth 1; compare the MAC address with the subject's, in either case"
    );
    public static readonly FirmwareRule MacNotCompared = new(
        "mac-not-compared",
        "one device, one file: without the comparison any device fetches every other's secrets",
        "compare the MAC address in the path with the certificate's, as deploy/nginx/provserver.conf and deploy/apache/provserver.conf do"
    );
    public static readonly FirmwareRule ComparisonNotSeen = new(
        "mac-comparison-not-seen",
        "one device, one file: without the comparison any device fetches every other's secrets",
        "name a device whose file is there: --other-mac MAC"
    );
}
