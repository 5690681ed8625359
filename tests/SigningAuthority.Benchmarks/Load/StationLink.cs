using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace SigningAuthority.Benchmarks.Load;

/// <summary>One mutually authenticated connection that is kept alive. Reads no more of an answer than measuring needs.</summary>
internal sealed class StationLink : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly SslStream _tls;
    private readonly byte[] _buffer = new byte[16 * 1024];

    private StationLink(Socket socket, SslStream tls) => (_socket, _tls) = (socket, tls);

    public Stream Stream => _tls;

    public static async Task<StationLink> OpenAsync(
        LoadSettings settings,
        SslStreamCertificateContext station,
        CancellationToken cancellation
    )
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(settings.Address.Host, settings.Address.Port, cancellation);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = settings.Address.Host,
                ClientCertificateContext = station,
                ApplicationProtocols = [SslApplicationProtocol.Http11],
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { settings.Root },
                    RevocationMode = X509RevocationMode.NoCheck,
                    DisableCertificateDownloads = true,
                },
            },
            cancellation
        );
        return new StationLink(socket, tls);
    }

    /// <summary>Sends a request whose octets are ready and reads the answer to its end.</summary>
    /// <returns>The status.</returns>
    public async ValueTask<int> ExchangeAsync(ReadOnlyMemory<byte> request, CancellationToken cancellation)
    {
        await _tls.WriteAsync(request, cancellation);
        var answer = new HttpAnswer();
        var filled = 0;
        while (true)
        {
            var read = await _tls.ReadAsync(_buffer.AsMemory(filled), cancellation);
            if (read == 0)
                throw new IOException("The connection ended within an answer.");
            filled += read;
            if (answer.IsComplete(_buffer.AsSpan(0, filled)))
                return answer.Status;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _tls.DisposeAsync();
        _socket.Dispose();
    }
}
