using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Provisioning;

namespace SigningAuthority.IntegrationTests.Names;

/// <summary>nginx as providers have it, each name with a folder of its own; and as they should not have it.</summary>
internal sealed class ProvidersWebServer : IAsyncDisposable
{
    private readonly BackgroundProcess _process;
    private readonly string _folder;

    private ProvidersWebServer(BackgroundProcess process, string folder, int port)
    {
        _process = process;
        _folder = folder;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Sends whoever asks to the same path of <see cref="Redirected"/>.</summary>
    public const string Redirecting = "redirecting.example.info";

    public const string Redirected = "redirected.example.info";

    /// <summary>An octet a second.</summary>
    public const string Slow = "slow.example.info";

    public static async Task<ProvidersWebServer> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("sa-web-").FullName;
        var port = FreePort.Take();
        await File.WriteAllTextAsync(Path.Combine(folder, "nginx.conf"), Configuration(folder, port));
        var process = BackgroundProcess.Start(
            "/usr/sbin/nginx",
            ["-p", folder, "-e", folder + "/error.log", "-c", folder + "/nginx.conf"],
            new Dictionary<string, string>(),
            folder,
            folder + "/output.log"
        );
        await process.WaitUntilAsync(() => Task.FromResult(Listening.On(port)));
        return new ProvidersWebServer(process, folder, port);
    }

    /// <summary>Puts a file where the host's server finds it.</summary>
    public async Task ServeAsync(string host, string path, string content)
    {
        var file = Path.Combine(_folder, "sites", host, path.TrimStart('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, content);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.StopAsync();
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Configuration(string folder, int port)
    {
        var temporary = string.Concat(
            new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(kind => $"{kind}_temp_path {folder}/{kind};\n")
        );
        // As root, workers would become another user, who may not read this folder.
        var user = Environment.UserName == "root" ? "user root;\n" : "";
        return $$"""
            {{user}}daemon off;
            worker_processes 1;
            pid {{folder}}/nginx.pid;
            events {}
            http {
              access_log off;
              {{temporary}}
              server {
                listen 127.0.0.1:{{port}} default_server;
                root {{folder}}/sites/$host;
              }
              server {
                listen 127.0.0.1:{{port}};
                server_name {{Redirecting}};
                return 301 http://{{Redirected}}:{{port}}$request_uri;
              }
              server {
                listen 127.0.0.1:{{port}};
                server_name {{Slow}};
                root {{folder}}/sites/$host;
                limit_rate 1;
              }
            }
            """;
    }
}
