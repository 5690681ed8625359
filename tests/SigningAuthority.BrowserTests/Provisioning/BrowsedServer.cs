using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Provisioning;

namespace SigningAuthority.BrowserTests.Provisioning;

/// <summary>
/// A provider's provisioning server with one device's file, serving with a certificate that the authority issued to the provider
/// through signctl.
/// </summary>
internal sealed class BrowsedServer : IAsyncDisposable
{
    public const string Mac = "000E08B20001";
    public const string DeviceFileContent = "<flat-profile><!-- the password of line 1 --></flat-profile>\n";

    private readonly ProvisioningServer _server;

    private BrowsedServer(ProvisioningServer server, string fqdn) => (_server, Fqdn) = (server, fqdn);

    public string Fqdn { get; }

    /// <summary>Where nginx really listens.</summary>
    public string Socket => $"127.0.0.1:{_server.Port}";

    /// <param name="commonName">Of the CSR: the FQDN, with whatever follows a slash.</param>
    public static async Task<BrowsedServer> StartAsync(RunningAuthority authority, string commonName)
    {
        var fqdn = commonName.Split('/')[0];
        var folder = Path.Combine(authority.Scratch, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(folder);
        var key = await ObtainCertificateAsync(authority, commonName, folder);
        var server = await ProvisioningServer.StartAsync(
            fqdn,
            Path.Combine(folder, "provserver-sipura.crt"),
            key,
            Path.Combine(folder, "client-bundle.pem")
        );
        await server.ServeAsync(Mac, DeviceFileContent);
        return new BrowsedServer(server, fqdn);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>The provider's page: `openssl req`, `signctl submit`. Returns the key's file.</summary>
    private static async Task<string> ObtainCertificateAsync(RunningAuthority authority, string commonName, string folder)
    {
        var (csr, key) = (Path.Combine(folder, "provserver.csr"), Path.Combine(folder, "provserver.key"));
        // In -subj a slash parts attributes; one inside of a value is escaped.
        await OpenSsl.RunAsync(
            "req",
            "-new",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-sha256",
            "-keyout",
            key,
            "-out",
            csr,
            "-subj",
            "/CN=" + commonName.Replace("/", "\\/")
        );
        (
            await RunningAuthority.SignctlAsync(
                "submit",
                csr,
                "--device",
                "SPA962",
                "--wait",
                "60",
                "--out",
                folder,
                "--url",
                authority.Address.AbsoluteUri,
                "--token",
                authority.TelcoToken,
                "--cacert",
                authority.ServiceRootFile
            )
        ).MustSucceed();
        return key;
    }
}
