using System.Net.Security;
using System.Runtime.Versioning;
using System.Security.Authentication;

namespace SigningAuthority.Client.Phones;

/// <summary>
/// TLS as the old firmware speaks it: RSA and DHE_RSA with AES-CBC-SHA. Its RC4 and export suites are left out, as no
/// server of today offers them. TLS 1.2 is the one version that both that cipher list and today's servers know.
/// </summary>
internal static class OldFirmwareTls
{
    private static readonly TlsCipherSuite[] Suites =
    [
        TlsCipherSuite.TLS_DHE_RSA_WITH_AES_256_CBC_SHA,
        TlsCipherSuite.TLS_RSA_WITH_AES_256_CBC_SHA,
        TlsCipherSuite.TLS_DHE_RSA_WITH_AES_128_CBC_SHA,
        TlsCipherSuite.TLS_RSA_WITH_AES_128_CBC_SHA,
    ];

    // CipherSuitesPolicy needs OpenSSL, and so Linux (or macOS, which ignores it for TLS 1.2).
    [SupportedOSPlatform("linux")]
    public static SslClientAuthenticationOptions Options(string host) =>
        new()
        {
            TargetHost = host,
            EnabledSslProtocols = SslProtocols.Tls12,
            CipherSuitesPolicy = new CipherSuitesPolicy(Suites),
            AllowRenegotiation = false,
            AllowTlsResume = false, // each visit shows its certificate anew
        };
}
