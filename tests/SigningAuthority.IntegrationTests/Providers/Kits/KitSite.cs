using System.Text.Json.Nodes;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Provisioning;
using SigningAuthority.IntegrationTests.Stations;
using Xunit;

namespace SigningAuthority.IntegrationTests.Providers.Kits;

/// <summary>
/// An authority whose families carry one of the three subject layouts each, a request issued in two generations, and its kit once for
/// each kind of server, with a phone of each layout.
/// </summary>
public sealed class KitSite : IAsyncLifetime
{
    internal const string Host = "kit.callme.com";

    private readonly Dictionary<string, KitServerProcess> _servers = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("sa-kits-").FullName;
    private NameServer? _names;
    private Dictionary<string, string> _configuration = [];

    /// <summary>Family, product, and the layout that its certificates get here.</summary>
    private static readonly (string Family, string Product, string Profile)[] Layouts =
    [
        ("spa9xx", "SPA962", "cn-mac"),
        ("spa5xx", "SPA504G", "cisco-sb"),
        ("spa2xxx-spa3xxx", "SPA2102", "sipura-doc"),
    ];

    internal static IEnumerable<string> Profiles => Layouts.Select(layout => layout.Profile);

    internal RunningAuthority Authority { get; private set; } = null!;

    /// <summary>The request that the kits are of.</summary>
    internal string RequestId { get; private set; } = "";

    internal MadeRequest Made { get; private set; } = null!;

    /// <summary>By the layout of its certificate.</summary>
    internal Dictionary<string, FactoryDevice> Phones { get; } = Layouts.ToDictionary(l => l.Profile, l => FactoryDevice.Make(l.Product));

    internal IReadOnlyDictionary<string, KitServerProcess> Servers => _servers;

    public async Task InitializeAsync()
    {
        // Workers of both servers give up root's rights, and must still find the way to the phones' files.
        File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101);
        _configuration = WriteConfiguration();
        Authority = await RunningAuthority.StartAsync(
            new AuthorityOptions
            {
                Keys = KeyStoreKind.File,
                Signers = new Dictionary<string, IReadOnlyDictionary<string, string>> { [AuthorityOptions.OnlySigner] = _configuration },
                ApiEnvironment = _configuration,
            }
        );
        Made = await MadeRequest.MakeAsync(_folder, Host);
        var desk = new ProviderDesk(Authority.Client(Authority.TelcoToken));
        RequestId = (await desk.UploadAsync(Made.Pem, ["SPA962", "SPA504G"])).Member("id");
        await desk.WaitAsync(RequestId);
        _names = await NameServer.StartAsync((Host, "127.0.0.1"));

        foreach (var phone in Phones.Values)
            await CertifyPhoneAsync(phone);

        foreach (var kind in KitServerProcess.Kinds)
            _servers[kind] = await ServeAsync(kind);
    }

    public async Task DisposeAsync()
    {
        foreach (var server in _servers.Values)
            await server.DisposeAsync();
        if (_names is not null)
            await _names.DisposeAsync();
        if (Authority is not null)
        {
            await Authority.VerifyLogAsync();
            await Authority.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    internal string CertificateOf(FactoryDevice phone) => Path.Combine(_folder, phone.Mac + ".crt");

    internal string KeyOf(FactoryDevice phone) => Path.Combine(_folder, phone.Mac + ".key");

    internal static string ProfileOf(FactoryDevice phone) => $"<flat-profile><!-- {phone.Serial} --></flat-profile>\n";

    internal string Resolver => _names!.EndPoint;

    /// <summary>The key room again after it was stopped, with the same configuration.</summary>
    internal Task StartSignerAsync() => Authority.StartSignerAsync(environment: _configuration);

    /// <summary>`signctl kit`, as the provider.</summary>
    internal Task<ProgramResult> KitAsync(params string[] arguments) =>
        RunningAuthority.SignctlAsync([
            "kit",
            .. arguments,
            "--url",
            Authority.Address.AbsoluteUri,
            "--cacert",
            Authority.ServiceRootFile,
            "--token",
            Authority.TelcoToken,
        ]);

    /// <summary>`signctl phone` with this phone's certificate.</summary>
    internal Task<ProgramResult> FetchAsync(FactoryDevice phone, KitServerProcess server, string file = "$MAU.cfg")
    {
        var newer = phone.Product == "SPA504G";
        return RunningAuthority.SignctlAsync([
            "phone",
            $"https://{Host}:{server.Ports[newer ? 1 : 0]}/{file}",
            "--root",
            Path.Combine(server.Folder, "server-roots", newer ? "cisco-sb.pem" : "sipura.pem"),
            "--cert",
            CertificateOf(phone),
            "--key",
            KeyOf(phone),
            "--mac",
            phone.Mac,
            "--resolver",
            Resolver,
        ]);
    }

    private async Task<KitServerProcess> ServeAsync(string kind)
    {
        var folder = Path.Combine(_folder, kind);
        int[] ports = [FreePort.Take(), FreePort.Take()];
        string[] listen = [.. ports.SelectMany(port => new[] { "--listen", $"127.0.0.1:{port}" })];
        (await KitAsync([RequestId, "--unpack", folder, "--generation", "sipura", "--generation", "cisco-sb", .. listen])).MustSucceed();
        File.Copy(Made.KeyFile, Path.Combine(folder, "provserver.key"));
        foreach (var phone in Phones.Values)
            await ServeAsync(phone, folder);
        await Eventually.TrueAsync(async () => (await FetchListsAsync(folder)).ExitCode == 0, "revocation lists of the client roots");
        return await KitServerProcess.StartAsync(kind, folder, ports);
    }

    /// <summary>Puts the phone's file where a kit's server serves it from.</summary>
    internal static Task ServeAsync(FactoryDevice phone, string folder) =>
        File.WriteAllTextAsync(Path.Combine(folder, "www", phone.Mac + ".cfg"), ProfileOf(phone));

    /// <summary>A phone of the line, its certificate and key in files.</summary>
    internal async Task<FactoryDevice> CertifyPhoneAsync(FactoryDevice phone)
    {
        await File.WriteAllTextAsync(CertificateOf(phone), await new StationDesk(Authority.StationClient()).CertifyAsync(phone));
        await File.WriteAllTextAsync(KeyOf(phone), phone.Key.ExportPkcs8PrivateKeyPem() + "\n");
        return phone;
    }

    /// <summary>The README's line, as a provider's cron runs it.</summary>
    /// <param name="folder">Where the kit is.</param>
    /// <param name="reload">What makes the server read the lists; nothing before it runs.</param>
    internal static Task<ProgramResult> FetchListsAsync(string folder, string reload = "")
    {
        var line = File.ReadLines(Path.Combine(folder, "README.txt"))
            .Select(line => line.Trim())
            .Single(line => line.StartsWith("sh fetch-crl.sh", StringComparison.Ordinal));
        return ExternalProgram.RunAsync("bash", ["-c", $"export PATH=$PATH:/usr/sbin\n{line} {reload}"], folder: folder);
    }

    /// <summary>The shipped configuration, but for the layout of each family's subjects.</summary>
    private Dictionary<string, string> WriteConfiguration()
    {
        var folder = Path.Combine(_folder, "ca-config");
        CaConfigCopy.Write(
            folder,
            [
                .. Layouts.Select(layout =>
                    (
                        $"device-families/{layout.Family}.json",
                        (Action<JsonNode>)(family => family["deviceCertificates"]!["profile"] = layout.Profile)
                    )
                ),
            ]
        );
        return new Dictionary<string, string> { ["CaConfig__Folder"] = folder };
    }
}

/// <summary>All that starts servers from kits shares one authority.</summary>
[CollectionDefinition(Name)]
public sealed class KitFlows : ICollectionFixture<KitSite>
{
    public const string Name = "kit flows";
}
