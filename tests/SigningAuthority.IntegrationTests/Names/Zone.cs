using System.Net;
using System.Net.Sockets;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Provisioning;

namespace SigningAuthority.IntegrationTests.Names;

/// <summary>A zone that a test writes to: dnsmasq, started again on its port with each change, since it reads TXT records only then.</summary>
internal sealed class Zone : IAsyncDisposable
{
    private readonly int _port = FreePort.Take();
    private readonly string _folder = Directory.CreateTempSubdirectory("sa-zone-").FullName;
    private readonly Dictionary<string, string> _records = [];
    private readonly SemaphoreSlim _turn = new(1);
    private BackgroundProcess? _server;

    public IPEndPoint EndPoint => new(IPAddress.Loopback, _port);

    public Task AddTextAsync(string owner, string text) => ChangeAsync($"txt {owner} {text}", $"--txt-record={owner},{text}");

    public Task RemoveTextAsync(string owner, string text) => ChangeAsync($"txt {owner} {text}", null);

    /// <param name="address">Null takes the name's addresses away.</param>
    public Task SetAddressAsync(string host, string? address) =>
        ChangeAsync("host " + host, address is null ? null : $"--host-record={host},{address}");

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _turn.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public async Task StartAsync()
    {
        if (_server is not null)
        {
            await _server.StopAsync();
            await _server.DisposeAsync();
        }

        _server = BackgroundProcess.Start(
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
                $"--port={_port}",
                // Tests live in .info: whatever is not there does not exist.
                "--local=/info/",
                .. _records.Values,
            ],
            new Dictionary<string, string>(),
            _folder,
            _folder + "/output.log"
        );
        await _server.WaitUntilAsync(() => Task.FromResult(Listening.On(_port) && Listening.OnUdp(_port)));
    }

    private async Task ChangeAsync(string key, string? argument)
    {
        await _turn.WaitAsync();
        try
        {
            if (argument is null)
                _records.Remove(key);
            else
                _records[key] = argument;
            await StartAsync();
        }
        finally
        {
            _turn.Release();
        }
    }
}
