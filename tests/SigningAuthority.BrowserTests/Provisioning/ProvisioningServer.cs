using System.Net.Sockets;
using SigningAuthority.IntegrationTests.Fixtures;

namespace SigningAuthority.BrowserTests.Provisioning;

/// <summary>
/// A provider's provisioning server: nginx with the shipped example, deploy/nginx/provserver.conf, in which only the port, the name
/// and the folders are ours, serving with a certificate that the authority issued to the provider through signctl.
/// </summary>
internal sealed class ProvisioningServer : IAsyncDisposable
{
    public const string Mac = "000E08B20001";
    public const string DeviceFileContent = "<flat-profile><!-- the password of line 1 --></flat-profile>\n";

    private readonly BackgroundProcess _nginx;
    private readonly int _port;

    private ProvisioningServer(BackgroundProcess nginx, string fqdn, int port) => (_nginx, Fqdn, _port) = (nginx, fqdn, port);

    public string Fqdn { get; }

    /// <summary>Where nginx really listens.</summary>
    public string Socket => $"127.0.0.1:{_port}";

    /// <param name="commonName">Of the CSR: the FQDN, with whatever follows a slash.</param>
    public static async Task<ProvisioningServer> StartAsync(RunningAuthority authority, string commonName)
    {
        var fqdn = commonName.Split('/')[0];
        var folder = Path.Combine(authority.Scratch, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(Path.Combine(folder, "files"));
        await File.WriteAllTextAsync(Path.Combine(folder, "files", Mac + ".cfg"), DeviceFileContent);
        await ObtainCertificateAsync(authority, commonName, folder);

        var port = FreePort.Take();
        await File.WriteAllTextAsync(Path.Combine(folder, "nginx.conf"), await ConfigurationAsync(folder, fqdn, port));
        var program = File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";
        var log = Path.Combine(folder, "error.log");
        var nginx = BackgroundProcess.Start(
            program, ["-p", folder, "-e", log, "-c", Path.Combine(folder, "nginx.conf")], new Dictionary<string, string>(), folder, log);
        var server = new ProvisioningServer(nginx, fqdn, port);
        await nginx.WaitUntilAsync(server.ListensAsync);
        return server;
    }

    public ValueTask DisposeAsync() => new(StopAsync());

    private async Task StopAsync()
    {
        // SIGTERM: the master ends its workers before itself.
        await _nginx.StopAsync();
        await _nginx.DisposeAsync();
    }

    /// <summary>The provider's page: `openssl req`, `signctl submit`, and the names that the example expects.</summary>
    private static async Task ObtainCertificateAsync(RunningAuthority authority, string commonName, string folder)
    {
        var (csr, key) = (Path.Combine(folder, "provserver.csr"), Path.Combine(folder, "provserver.key"));
        // In -subj a slash parts attributes; one inside of a value is escaped.
        await OpenSsl.RunAsync(
            "req", "-new", "-newkey", "rsa:2048", "-nodes", "-sha256", "-keyout", key, "-out", csr, "-subj", "/CN=" + commonName.Replace("/", "\\/"));
        (await RunningAuthority.SignctlAsync(
            "submit", csr, "--device", "SPA962", "--wait", "60", "--out", folder,
            "--url", authority.Address.AbsoluteUri, "--token", authority.TelcoToken, "--cacert", authority.ServiceRootFile)).MustSucceed();
        File.Copy(Path.Combine(folder, "provserver-sipura.crt"), Path.Combine(folder, "provserver.crt"));
    }

    private static async Task<string> ConfigurationAsync(string folder, string fqdn, int port)
    {
        var example = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy", "nginx", "provserver.conf"));
        (string Shipped, string Ours)[] changes =
        [
            ("listen 443 ssl;", $"listen 127.0.0.1:{port} ssl;"),
            ("server_name sprov.callme.com;", $"server_name {fqdn};"),
            ("/etc/nginx/provisioning/", folder + "/"),
            ("root /srv/provisioning;", $"root {folder}/files;"),
        ];
        foreach (var (shipped, ours) in changes)
        {
            if (!example.Contains(shipped))
                throw new InvalidOperationException($"deploy/nginx/provserver.conf has no \"{shipped}\" any more.");
            example = example.Replace(shipped, ours);
        }

        var temporary = string.Concat(((string[])["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]).Select(kind => $"{kind}_temp_path {folder}/{kind};\n"));
        // As root, workers would become another user, who may not read this folder.
        var user = Environment.IsPrivilegedProcess ? "user root;\n" : "";
        return $"{user}daemon off;\nworker_processes 1;\npid {folder}/nginx.pid;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}{example}}}\n";
    }

    private async Task<bool> ListensAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
