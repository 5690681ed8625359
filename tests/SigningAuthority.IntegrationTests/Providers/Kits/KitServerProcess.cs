using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Provisioning;
using SigningAuthority.IntegrationTests.Verifiers;

namespace SigningAuthority.IntegrationTests.Providers.Kits;

/// <summary>A web server started from an unpacked kit whose files nobody changed; the key was put beside them.</summary>
internal sealed class KitServerProcess : IAsyncDisposable
{
    /// <summary>The last writes the subject's name in OpenSSL's old spelling: /C=US/ST=…</summary>
    public static readonly string[] Kinds = ["nginx", "apache", "apache-legacy-names"];

    private readonly BackgroundProcess _process;

    private KitServerProcess(BackgroundProcess process, string folder, IReadOnlyList<int> ports) =>
        (_process, Folder, Ports) = (process, folder, ports);

    public string Folder { get; }

    /// <summary>In the order of the generations.</summary>
    public IReadOnlyList<int> Ports { get; }

    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="folder">The kit.</param>
    /// <param name="ports">In the order of the generations.</param>
    /// <param name="later">How far its clock is ahead (libfaketime).</param>
    public static async Task<KitServerProcess> StartAsync(string kind, string folder, IReadOnlyList<int> ports, TimeSpan later = default)
    {
        // Each server's own switch to stay in the foreground, so that it ends with the test; the configuration knows nothing of it.
        string[] command = kind switch
        {
            "nginx" => ["/usr/sbin/nginx", "-p", folder, "-c", "nginx.conf", "-g", "daemon off;"],
            "apache" => ["/usr/sbin/apache2", "-d", folder, "-f", "apache.conf", "-DFOREGROUND"],
            _ => ["/usr/sbin/apache2", "-d", folder, "-f", "apache.conf", "-DFOREGROUND", "-c", "SSLOptions +LegacyDNStringFormat"],
        };
        var process = BackgroundProcess.Start(
            command[0],
            command[1..],
            ClockAhead.Environment(later),
            "/",
            Path.Combine(folder, "run", "output.log")
        );
        await process.WaitUntilAsync(() => Task.FromResult(ports.All(Listening.On)));
        return new KitServerProcess(process, folder, ports);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.StopAsync();
        await _process.DisposeAsync();
    }
}
