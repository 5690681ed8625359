using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SigningAuthority.IntegrationTests.Names;

/// <summary>An HTTPS server whose certificate nobody signed but itself.</summary>
internal sealed class SelfSigned : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate;
    private Task _serving = Task.CompletedTask;

    private SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=guarded.info", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public static Task<SelfSigned> ListenAsync()
    {
        var server = new SelfSigned();
        server._listener.Start();
        server._serving = server.ServeAsync();
        return Task.FromResult(server);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving;
        _certificate.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            using var connection = await _listener.AcceptTcpClientAsync();
            await using var tls = new SslStream(connection.GetStream());
            await tls.AuthenticateAsServerAsync(_certificate);
            await tls.ReadExactlyAsync(new byte[1]);
        }
        catch (Exception refused) when (refused is AuthenticationException or IOException or SocketException or ObjectDisposedException)
        {
            // Turned away, as it should be.
        }
    }
}
