using SigningAuthority.IntegrationTests.Fixtures;

namespace SigningAuthority.IntegrationTests.Provisioning;

/// <summary>dnsmasq that knows some hosts and asks nobody else.</summary>
internal sealed class NameServer : IAsyncDisposable
{
    private readonly BackgroundProcess _process;
    private readonly string _folder;

    private NameServer(BackgroundProcess process, string folder, int port)
    {
        _process = process;
        _folder = folder;
        EndPoint = $"127.0.0.1:{port}";
    }

    public string EndPoint { get; }

    public static async Task<NameServer> StartAsync(params (string Host, string Address)[] records)
    {
        var folder = Directory.CreateTempSubdirectory("sa-names-").FullName;
        var port = FreePort.Take();
        var process = BackgroundProcess.Start(
            "/usr/sbin/dnsmasq",
            [
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--no-resolv",
                "--no-hosts",
                "--user=" + Environment.UserName,
                "--pid-file=",
                "--listen-address=127.0.0.1",
                "--bind-interfaces",
                $"--port={port}",
                .. records.Select(record => $"--address=/{record.Host}/{record.Address}"),
            ],
            new Dictionary<string, string>(),
            folder,
            folder + "/output.log"
        );
        await process.WaitUntilAsync(() => Task.FromResult(Listening.On(port)));
        return new NameServer(process, folder, port);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.StopAsync();
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
