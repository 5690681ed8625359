using System.Security.Cryptography.X509Certificates;

namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>Another front door of a running authority: the same database, certificate and configuration, ports of its own.</summary>
internal sealed class FurtherApi : IAsyncDisposable
{
    private readonly BackgroundProcess _process;
    private readonly List<HttpClient> _clients = [];
    private readonly RunningAuthority _authority;

    private FurtherApi(BackgroundProcess process, RunningAuthority authority, Uri address) =>
        (_process, _authority, Address) = (process, authority, address);

    public Uri Address { get; }

    public static async Task<FurtherApi> StartAsync(
        RunningAuthority authority,
        string caConfig,
        IReadOnlyDictionary<string, string>? environment = null
    )
    {
        var address = new Uri($"https://127.0.0.1:{FreePort.Take()}/");
        var plain = new Uri($"http://127.0.0.1:{FreePort.Take()}/");
        var process = BackgroundProcess.Start(
            BuiltProgram.Dotnet,
            [BuiltProgram.Api],
            Environment(authority, caConfig, address, plain).And(environment),
            authority.Folder,
            Path.Combine(authority.LogFolder, $"api-{address.Port}.log")
        );
        await process.WaitUntilAsync(() => HttpProbe.IsOkAsync(new Uri(plain, "health/ready")));
        return new FurtherApi(process, authority, address);
    }

    /// <summary>What an Api of this authority finds in its environment.</summary>
    public static Dictionary<string, string> Environment(RunningAuthority authority, string caConfig, Uri address, Uri plain) =>
        new()
        {
            ["CaConfig__Folder"] = caConfig,
            ["Database__Connection"] = authority.Postgres.ConnectionString("sa_api", authority.Database),
            ["Database__AuditorConnection"] = authority.Postgres.ConnectionString("sa_auditor", authority.Database),
            ["Api__Address"] = address.GetLeftPart(UriPartial.Authority),
            ["Api__PlainAddress"] = plain.GetLeftPart(UriPartial.Authority),
            ["Api__TlsCertificate"] = authority.ApiCertificateFile,
            ["Publication__Address"] = authority.PublicationAddress,
            ["Api__TlsKey"] = Path.Combine(authority.Folder, "api.key"),
        };

    public HttpClient Client(string bearer) => Create(bearer, null);

    /// <summary>Of somebody without any credential.</summary>
    public HttpClient Stranger() => Create(null, null);

    /// <summary>With the certificate of station <see cref="RunningAuthority.Line"/>.</summary>
    public HttpClient StationClient() =>
        StationClient(X509Certificate2.CreateFromPemFile(_authority.StationCertificateFile, _authority.StationKeyFile));

    public HttpClient StationClient(X509Certificate2 station) => Create(null, station);

    /// <summary>Ends it at once, as a power cut would.</summary>
    public Task KillAsync() => _process.KillAsync();

    private HttpClient Create(string? bearer, X509Certificate2? certificate)
    {
        var root = X509CertificateLoader.LoadCertificateFromFile(_authority.ServiceRootFile);
        var client = new AuthorityClients(Address, root).Create(bearer, certificate);
        _clients.Add(client);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        await _process.StopAsync();
        await _process.DisposeAsync();
    }
}
