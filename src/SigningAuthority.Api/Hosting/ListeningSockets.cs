using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace SigningAuthority.Api.Hosting;

/// <summary>The one HTTPS port for everybody, and the optional plain port for what is public anyway.</summary>
internal static class ListeningSockets
{
    /// <summary>A certification request of 16 KiB in its envelope: JSON escapes, form parts, a note. Batches lift the limit for themselves.</summary>
    public const int MostBodyOctets = 64 * 1024;

    public static void ListenOn(this WebApplicationBuilder builder, ApiSettings settings)
    {
        builder.WebHost.UseKestrel(
            (_, kestrel) =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = MostBodyOctets;
                kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
                // A batch's sender may be busy sending and take its answers a little later; HTTP/2 knows this limit for the connection only.
                kestrel.Limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromMinutes(1));
                kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
                kestrel.Limits.Http2.MaxStreamsPerConnection = 256;

                var logger = kestrel.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("SigningAuthority.Api.Tls");
                var file = new TlsCertificateFile(settings.TlsCertificate, settings.TlsKey, TimeProvider.System, logger);
                Listen(
                    kestrel,
                    settings.Address,
                    socket =>
                        socket.UseHttps(
                            new TlsHandshakeCallbackOptions
                            {
                                OnConnection = _ => ValueTask.FromResult(Handshake(file)),
                                // A line whose stations all connect at once, after a power cut, is let in although that takes its time.
                                HandshakeTimeout = TimeSpan.FromSeconds(30),
                            }
                        )
                );
                if (settings.PlainAddress is { } plain)
                    Listen(kestrel, plain, _ => { });
            }
        );
    }

    /// <summary>
    /// Stations and bearers share the port: a client certificate is asked for, any or none is let through here, and the
    /// station's authentication judges it where it can answer with a reason.
    /// </summary>
    [SuppressMessage(
        "Security",
        "CA5359",
        Justification = "A server's own endpoint: StationAuthentication verifies the client's certificate."
    )]
    private static SslServerAuthenticationOptions Handshake(TlsCertificateFile file) =>
        new()
        {
            ServerCertificateContext = file.Context,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
            // A caller's certificate must not make us fetch the addresses that stand in it.
            CertificateChainPolicy = new X509ChainPolicy
            {
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
                TrustMode = X509ChainTrustMode.CustomRootTrust,
            },
        };

    private static void Listen(KestrelServerOptions kestrel, Uri address, Action<ListenOptions> configure)
    {
        if (address.Host is "0.0.0.0" or "[::]" or "*")
            kestrel.ListenAnyIP(address.Port, configure);
        else if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip))
            kestrel.Listen(ip, address.Port, configure);
        else
            kestrel.ListenLocalhost(address.Port, configure);
    }
}
