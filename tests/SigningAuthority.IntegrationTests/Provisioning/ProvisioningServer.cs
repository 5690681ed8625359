using SigningAuthority.IntegrationTests.Fixtures;

namespace SigningAuthority.IntegrationTests.Provisioning;

/// <summary>nginx with the shipped example of a provider's configuration: only addresses and folders are put in for the example's.</summary>
internal sealed class ProvisioningServer : IAsyncDisposable
{
    private readonly BackgroundProcess _process;
    private readonly string _folder;

    private ProvisioningServer(BackgroundProcess process, string folder, int port)
    {
        _process = process;
        _folder = folder;
        Port = port;
    }

    public int Port { get; }

    private string Files => Path.Combine(_folder, "files");

    /// <param name="host">The server's name.</param>
    /// <param name="certificate">provserver.crt, as downloaded.</param>
    /// <param name="key">provserver.key.</param>
    /// <param name="clientBundle">client-bundle.pem, as downloaded.</param>
    /// <param name="changes">Text of the example that this server has otherwise: what somebody got wrong.</param>
    public static async Task<ProvisioningServer> StartAsync(
        string host,
        string certificate,
        string key,
        string clientBundle,
        params (string Written, string Ours)[] changes
    )
    {
        var folder = Directory.CreateTempSubdirectory("sa-nginx-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "files"));
        File.Copy(certificate, Path.Combine(folder, "provserver.crt"));
        File.Copy(key, Path.Combine(folder, "provserver.key"));
        File.Copy(clientBundle, Path.Combine(folder, "client-bundle.pem"));
        var port = FreePort.Take();
        await File.WriteAllTextAsync(Path.Combine(folder, "nginx.conf"), await FrameAsync(folder, host, port, changes));
        var process = BackgroundProcess.Start(
            "/usr/sbin/nginx",
            ["-p", folder, "-e", folder + "/error.log", "-c", folder + "/nginx.conf"],
            new Dictionary<string, string>(),
            folder,
            folder + "/output.log"
        );
        var server = new ProvisioningServer(process, folder, port);
        await process.WaitUntilAsync(() => Task.FromResult(Listening.On(port)));
        return server;
    }

    /// <summary>Puts a device's profile where the example serves it from.</summary>
    public Task ServeAsync(string mac, string profile) => File.WriteAllTextAsync(Path.Combine(Files, mac + ".cfg"), profile);

    public async ValueTask DisposeAsync()
    {
        await _process.StopAsync();
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<string> FrameAsync(string folder, string host, int port, (string Written, string Ours)[] changes)
    {
        var example = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy", "nginx", "provserver.conf"));
        foreach (
            var (written, ours) in (IEnumerable<(string, string)>)
                [
                    ("listen 443 ssl;", $"listen 127.0.0.1:{port} ssl;"),
                    ("server_name sprov.callme.com;", $"server_name {host};"),
                    ("/etc/nginx/provisioning/", folder + "/"),
                    ("root /srv/provisioning;", $"root {folder}/files;"),
                    // Revocation has tests of its own.
                    ($"ssl_crl {folder}/client-crl.pem;", ""),
                    .. changes,
                ]
        )
        {
            example = example.Contains(written)
                ? example.Replace(written, ours)
                : throw new InvalidOperationException($"The example has no \"{written}\" any more.");
        }

        var temporary = string.Concat(
            new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(kind => $"{kind}_temp_path {folder}/{kind};\n")
        );
        // As root, workers would become another user, who may not read this folder.
        var user = Environment.UserName == "root" ? "user root;\n" : "";
        return $"{user}daemon off;\nworker_processes 1;\npid {folder}/nginx.pid;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}{example}\n}}\n";
    }
}
