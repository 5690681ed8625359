using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Phones;
using SigningAuthority.Issuance.Firmware;

namespace SigningAuthority.Client.Servers;

/// <summary>Looks at a server as phones do, without judging: what it shows, and what it answers to a test device.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ObserveServer(IPEndPoint? connect, IReadOnlyList<IPAddress> addresses)
{
    /// <exception cref="WorldFaultException">Nobody answers at the address.</exception>
    public async Task<ServerObservation> LookAsync(ProvisioningAddress address, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte>? seen = null;
        IReadOnlyList<ReadOnlyMemory<byte>> others = [];
        var handshake = new PhoneHandshake(
            device: null,
            (certificate, more) =>
            {
                seen = certificate.RawDataMemory;
                others = more.Count > 0 ? more : others;
                return [];
            }
        );
        using var socket = await ProvisioningConnection.OpenAsync(address, connect, addresses, cancellation);
        var failure = await TryAsync(handshake, socket, address, cancellation);
        return new ServerObservation(
            address.Host,
            addresses,
            (IPEndPoint)socket.RemoteEndPoint!,
            seen,
            others,
            handshake.AcceptableIssuers,
            // A server may end the handshake because nobody's certificate was shown: that is as it should be.
            seen is null
                ? failure
                : null
        );
    }

    /// <summary>Asks for a file with the test device's certificate.</summary>
    /// <returns>The HTTP status; null when the server ended the handshake.</returns>
    /// <exception cref="WorldFaultException">Nobody answers, or not in HTTP.</exception>
    public async Task<HttpStatusCode?> AskAsync(ProvisioningAddress address, X509Certificate2 device, CancellationToken cancellation)
    {
        using var socket = await ProvisioningConnection.OpenAsync(address, connect, addresses, cancellation);
        await using var tls = new SslStream(new NetworkStream(socket, ownsSocket: false));
        // The certificate is a test device's: it may be shown to a server that no phone would accept.
        var refusals = await new PhoneHandshake(device, (_, _) => []).RunAsync(tls, address.Host.Value, cancellation);
        if (refusals.Count > 0)
            return null;
        using var answer = await ProvisioningConnection.GetAsync(tls, address.Url, cancellation);
        return answer.StatusCode;
    }

    private static async Task<string?> TryAsync(
        PhoneHandshake handshake,
        Socket socket,
        ProvisioningAddress address,
        CancellationToken cancellation
    )
    {
        try
        {
            await using var tls = new SslStream(new NetworkStream(socket, ownsSocket: false));
            await handshake.RunAsync(tls, address.Host.Value, cancellation);
            return null;
        }
        catch (WorldFaultException failed) when (failed.Code == ServerFindings.HandshakeFailed.Code)
        {
            return failed.Message;
        }
    }
}
