using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Client.Phones;
using SigningAuthority.Issuance.Firmware;
using Xunit;

namespace SigningAuthority.UnitTests.Client.Phones;

/// <summary>The handshake against a TLS server in this process that asks for client certificates and notes what it gets.</summary>
[SupportedOSPlatform("linux")]
public sealed class PhoneHandshakeTests
{
    private static readonly DateTimeOffset Yesterday = DateTimeOffset.UtcNow.AddDays(-1);
    private static readonly DateTimeOffset Tomorrow = DateTimeOffset.UtcNow.AddDays(1);
    private static readonly X509Certificate2 ClientRoot = SelfSigned("CN=Client Root");
    private static readonly X509Certificate2 OtherRoot = SelfSigned("CN=Other Client Root");
    private static readonly X509Certificate2 Server = SelfSigned("CN=sprov.callme.com");
    private static readonly X509Certificate2 Device = IssuedBy(ClientRoot, "CN=000E08ABCDEF");
    private static readonly Refusal Unwanted = new(RefusalCodes.ChainNotToRoot, "", "", "");

    [Fact]
    public async Task The_certificate_is_shown_to_an_accepted_server_that_asks_for_its_issuer()
    {
        var (refusals, shown) = await ShakeHandsAsync(ClientRoot, verdict: []);
        Assert.Empty(refusals);
        Assert.Equal("CN=000E08ABCDEF", shown);
    }

    [Fact]
    public async Task The_certificate_is_not_shown_to_a_server_that_asks_for_other_issuers()
    {
        var (_, shown) = await ShakeHandsAsync(OtherRoot, verdict: []);
        Assert.Null(shown);
    }

    [Fact]
    public async Task The_certificate_is_not_shown_to_a_server_that_is_not_accepted()
    {
        var (refusals, shown) = await ShakeHandsAsync(ClientRoot, verdict: [Unwanted]);
        Assert.Equal([Unwanted], refusals);
        Assert.Null(shown);
    }

    /// <returns>The phone's refusals, and the subject of the certificate that the server got.</returns>
    private static async Task<(IReadOnlyList<Refusal> Refusals, string? Shown)> ShakeHandsAsync(
        X509Certificate2 acceptedIssuer,
        IReadOnlyList<Refusal> verdict
    )
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, acceptedIssuer);
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        IReadOnlyList<Refusal> refusals;
        await using (var tls = new SslStream(client.GetStream()))
            refusals = await new PhoneHandshake(Device, (_, _) => verdict).RunAsync(tls, "sprov.callme.com", CancellationToken.None);
        client.Close();
        return (refusals, await serving);
    }

    private static async Task<string?> ServeAsync(TcpListener listener, X509Certificate2 acceptedIssuer)
    {
        string? shown = null;
        using var connection = await listener.AcceptTcpClientAsync();
        await using var tls = new SslStream(connection.GetStream());
        var trust = SslCertificateTrust.CreateForX509Collection([acceptedIssuer], sendTrustInHandshake: true);
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(Server, additionalCertificates: null, offline: true, trust),
            ClientCertificateRequired = true,
            CipherSuitesPolicy = OldFirmwareTls.Options("").CipherSuitesPolicy,
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                shown = certificate?.Subject;
                return certificate is not null;
            },
        };
        try
        {
            await tls.AuthenticateAsServerAsync(options);
        }
        catch (Exception ended) when (ended is AuthenticationException or IOException)
        {
            // The phone hung up: what was shown until then is what counts.
        }

        return shown;
    }

    private static X509Certificate2 SelfSigned(string subject) =>
        new CertificateRequest(subject, RSA.Create(2048), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(
            Yesterday,
            Tomorrow
        );

    private static X509Certificate2 IssuedBy(X509Certificate2 issuer, string subject)
    {
        var key = RSA.Create(2048);
        var generator = X509SignatureGenerator.CreateForRSA(issuer.GetRSAPrivateKey()!, RSASignaturePadding.Pkcs1);
        return new CertificateRequest(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .Create(issuer.SubjectName, generator, Yesterday, Tomorrow, [1])
            .CopyWithPrivateKey(key);
    }
}
