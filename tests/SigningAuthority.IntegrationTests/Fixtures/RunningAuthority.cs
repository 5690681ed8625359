using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>
/// A whole authority, of the shipped ca-config where its options do not say otherwise: a private Postgres, keys, Signers and the Api as processes of their own, set up by
/// the commands that an operator gives. Provider <see cref="Telco"/> holds the guides' names, <see cref="OtherTelco"/> one of its
/// own, station <see cref="Line"/> is enrolled, and <see cref="StandingOrder"/> lets every station draw. Tests that leave it whole share one through a collection; tests that break
/// something start theirs with <see cref="StartAsync"/>.
/// </summary>
public sealed class RunningAuthority : IAsyncLifetime, IAsyncDisposable
{
    internal const string Telco = "telco";
    internal const string OtherTelco = "other-telco";
    internal const string Line = "line-1";

    /// <summary>Every station may draw everything of our OUI from it.</summary>
    internal const string StandingOrder = "standing";

    internal static readonly string[] TelcoNames = ["callme.com", "telco.net", "voice.com", "example.net", "example.com"];
    internal static readonly string[] OtherTelcoNames = ["example.org"];

    private readonly AuthorityOptions _options;
    private readonly Dictionary<string, BackgroundProcess> _signers = [];
    private readonly Dictionary<string, int> _healthPorts = [];
    private readonly List<HttpClient> _clients = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("sa-authority-").FullName;
    private readonly int _apiPort = FreePort.Take();
    private readonly int _plainPort = FreePort.Take();

    [SuppressMessage("Reliability", "CA2213", Justification = "Ended in DisposeAsync, after those that use it.")]
    private BackgroundProcess? _api;

    private readonly Dictionary<string, BackgroundProcess> _outreaches = [];

    public RunningAuthority()
        : this(new AuthorityOptions()) { }

    internal RunningAuthority(AuthorityOptions options) => _options = options;

    internal PostgresCluster Postgres { get; private set; } = null!;

    /// <summary>The token; null when keys are in files.</summary>
    internal SoftHsmToken? Token { get; private set; }

    internal string Database => "authority";

    internal string LogFolder => Path.Combine(_folder, "logs");

    /// <summary>Where certificates and keys of stations and of the front door are.</summary>
    internal string Folder => _folder;

    /// <summary>A folder for whatever a test writes; it goes with the authority.</summary>
    internal string Scratch => Path.Combine(_folder, "scratch");

    internal Uri Address => new($"https://127.0.0.1:{_apiPort}/");

    internal Uri PlainAddress => new($"http://127.0.0.1:{_plainPort}/");

    /// <summary>PEM: the root of the front door's own certificate.</summary>
    internal string ServiceRootFile => Path.Combine(_folder, "service-root.pem");

    internal string ApiCertificateFile => Path.Combine(_folder, "api.crt");

    internal string StationCertificateFile => Path.Combine(_folder, Line + ".crt");

    internal string StationKeyFile => Path.Combine(_folder, Line + ".key");

    internal string TelcoToken { get; private set; } = "";

    internal string OtherTelcoToken { get; private set; } = "";

    internal string AuditorToken { get; private set; } = "";

    internal string OperatorToken { get; private set; } = "";

    internal string OfficerToken { get; private set; } = "";

    internal IReadOnlyDictionary<string, BackgroundProcess> Signers => _signers;

    internal BackgroundProcess Api => _api ?? throw new InvalidOperationException("The Api has not been started.");

    private string TranscriptFolder => Path.Combine(_folder, "transcripts");

    internal static async Task<RunningAuthority> StartAsync(AuthorityOptions? options = null)
    {
        var authority = new RunningAuthority(options ?? new AuthorityOptions());
        try
        {
            await authority.InitializeAsync();
            return authority;
        }
        catch
        {
            await authority.DisposeAsync();
            throw;
        }
    }

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(LogFolder);
        Directory.CreateDirectory(Scratch);
        Directory.CreateDirectory(TranscriptFolder);
        await CreateDatabaseAsync();
        await HoldCeremonyAsync();
        foreach (var (name, environment) in _options.Signers)
            await StartSignerAsync(name, environment);
        await RegisterAsync();
        if (_options.HasOutreach)
            await StartOutreachAsync();
        if (_options.HasApi)
            await StartApiAsync();
    }

    /// <summary>Starts a Signer and waits until it is ready.</summary>
    /// <param name="name">Any; also the name of its log file.</param>
    /// <param name="environment">What its environment has beyond or instead of the usual.</param>
    /// <param name="untilReady">False where it can't become ready: the token is away, say.</param>
    internal async Task<BackgroundProcess> StartSignerAsync(
        string name = AuthorityOptions.OnlySigner,
        IReadOnlyDictionary<string, string>? environment = null,
        bool untilReady = true
    )
    {
        if (!_healthPorts.TryGetValue(name, out var port))
            _healthPorts[name] = port = FreePort.Take();
        var signer = BackgroundProcess.Start(
            BuiltProgram.Dotnet,
            [BuiltProgram.Signer, "run"],
            SignerEnvironment("sa_signer")
                .And("Signer__HealthAddress", $"http://127.0.0.1:{port}")
                .And("Log__StateFile", LogStateFile(name))
                .And(environment),
            _folder,
            Path.Combine(LogFolder, name + ".log")
        );
        _signers[name] = signer;
        if (untilReady)
            await signer.WaitUntilAsync(() => HttpProbe.IsOkAsync(SignerHealth(name)));
        return signer;
    }

    /// <summary>What certificates name: the front door's plain address.</summary>
    internal string PublicationAddress => PlainAddress.GetLeftPart(UriPartial.Authority);

    /// <summary>Where a Signer tells its readiness.</summary>
    internal Uri SignerHealth(string name = AuthorityOptions.OnlySigner) => new($"http://127.0.0.1:{_healthPorts[name]}/health/ready");

    /// <summary>What a Signer remembers of the log outside of the database.</summary>
    internal string LogStateFile(string name = AuthorityOptions.OnlySigner) => Path.Combine(_folder, "state", name + ".log");

    internal Task StopSignerAsync(string name = AuthorityOptions.OnlySigner) => _signers[name].StopAsync();

    internal Task KillSignerAsync(string name = AuthorityOptions.OnlySigner) => _signers[name].KillAsync();

    internal async Task StartApiAsync(bool untilReady = true)
    {
        _api = BackgroundProcess.Start(
            BuiltProgram.Dotnet,
            [BuiltProgram.Api],
            new Dictionary<string, string>
            {
                ["CaConfig__Folder"] = _options.CaConfig,
                ["Database__Connection"] = Postgres.ConnectionString("sa_api", Database),
                ["Database__AuditorConnection"] = Postgres.ConnectionString("sa_auditor", Database),
                ["Api__Address"] = Address.GetLeftPart(UriPartial.Authority),
                ["Api__PlainAddress"] = PlainAddress.GetLeftPart(UriPartial.Authority),
                ["Api__TlsCertificate"] = ApiCertificateFile,
                ["Api__TlsKey"] = Path.Combine(_folder, "api.key"),
                ["Publication__Address"] = PublicationAddress,
                ["Publication__CacheFolder"] = Path.Combine(_folder, "published"),
            }.And(_options.ApiEnvironment),
            _folder,
            Path.Combine(LogFolder, "api.log")
        );
        if (untilReady)
            await _api.WaitUntilAsync(() => HttpProbe.IsOkAsync(new Uri(PlainAddress, "health/ready")));
    }

    /// <summary>Starts an Outreach and waits until it is ready.</summary>
    /// <param name="name">Its instance's name, and that of its log file.</param>
    /// <param name="environment">What its environment has beyond or instead of <see cref="AuthorityOptions.OutreachEnvironment"/>.</param>
    internal async Task<BackgroundProcess> StartOutreachAsync(
        string name = "outreach",
        IReadOnlyDictionary<string, string>? environment = null
    )
    {
        var health = $"http://127.0.0.1:{FreePort.Take()}";
        var outreach = BackgroundProcess.Start(
            BuiltProgram.Dotnet,
            [BuiltProgram.Outreach, "run"],
            new Dictionary<string, string>
            {
                ["CaConfig__Folder"] = _options.CaConfig,
                ["Database__Connection"] = Postgres.ConnectionString("sa_outreach", Database),
                ["Outreach__Instance"] = name,
                ["Outreach__HealthAddress"] = health,
                // Nobody answers there: what a test doesn't provide is not asked of the world.
                ["Outreach__Resolver"] = "127.0.0.1:9",
            }
                .And(_options.OutreachEnvironment)
                .And(environment),
            _folder,
            Path.Combine(LogFolder, name + ".log")
        );
        _outreaches[name] = outreach;
        await outreach.WaitUntilAsync(() => HttpProbe.IsOkAsync(new Uri(health + "/health/ready")));
        return outreach;
    }

    internal Task StopApiAsync() => Api.StopAsync();

    /// <summary>A client of the front door, ended with the authority.</summary>
    internal HttpClient Client(string? bearer = null, X509Certificate2? certificate = null)
    {
        var client = new AuthorityClients(Address, X509CertificateLoader.LoadCertificateFromFile(ServiceRootFile)).Create(
            bearer,
            certificate
        );
        lock (_clients)
            _clients.Add(client);
        return client;
    }

    /// <summary>A client with the certificate of station <see cref="Line"/>.</summary>
    internal HttpClient StationClient() => Client(certificate: X509Certificate2.CreateFromPemFile(StationCertificateFile, StationKeyFile));

    /// <summary>`SigningAuthority.Signer operator …`</summary>
    /// <exception cref="InvalidOperationException">It ended with another status than 0.</exception>
    internal async Task<string> OperatorAsync(params string[] arguments) =>
        (await RunSignerVerbAsync("sa_operator", ["operator", .. arguments])).MustSucceed().Output.Trim();

    /// <summary>Any verb of the Signer, as that database role, with the authority's key store.</summary>
    internal Task<ProgramResult> RunSignerVerbAsync(string role, params string[] arguments) =>
        ExternalProgram.RunAsync(BuiltProgram.Dotnet, [BuiltProgram.Signer, .. arguments], SignerEnvironment(role), folder: _folder);

    /// <summary>The same without waiting for its end.</summary>
    /// <param name="role">The database's.</param>
    /// <param name="name">Of its log file.</param>
    internal BackgroundProcess RunSignerVerbInBackground(string role, string name, params string[] arguments) =>
        BackgroundProcess.Start(
            BuiltProgram.Dotnet,
            [BuiltProgram.Signer, .. arguments],
            SignerEnvironment(role),
            _folder,
            Path.Combine(LogFolder, name + ".log")
        );

    /// <summary>`signctl …`</summary>
    internal static Task<ProgramResult> SignctlAsync(params string[] arguments) =>
        ExternalProgram.RunAsync(BuiltProgram.Dotnet, [BuiltProgram.Signctl, .. arguments]);

    /// <summary>`signctl station …` with the certificate of station <see cref="Line"/>.</summary>
    internal Task<ProgramResult> StationSignctlAsync(params string[] arguments) =>
        SignctlAsync([
            "station",
            .. arguments,
            "--url",
            Address.AbsoluteUri,
            "--cacert",
            ServiceRootFile,
            "--cert",
            StationCertificateFile,
            "--key",
            StationKeyFile,
        ]);

    /// <summary>`SigningAuthority.Signer log verify`: call it after every scenario.</summary>
    /// <exception cref="InvalidOperationException">The log is not sound; the message has every finding.</exception>
    internal async Task VerifyLogAsync() => (await RunSignerVerbAsync("sa_auditor", "log", "verify")).MustSucceed();

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        if (_api is not null)
            await _api.DisposeAsync();
        foreach (var outreach in _outreaches.Values)
            await outreach.DisposeAsync();
        foreach (var signer in _signers.Values)
            await signer.DisposeAsync();
        if (Postgres is not null)
            await Postgres.DisposeAsync();
        if (Token is not null)
            await Token.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task CreateDatabaseAsync()
    {
        Postgres = await PostgresCluster.CreateAsync(_options.IsDurable);
        await Postgres.CreateEmptyDatabaseAsync(Database);
        (await RunSignerVerbAsync(PostgresCluster.Superuser, "migrate")).MustSucceed();
    }

    private async Task HoldCeremonyAsync()
    {
        if (_options.Keys == KeyStoreKind.SoftHsm)
        {
            Token = await SoftHsmToken.CreateAsync();
        }
        else
        {
            Directory.CreateDirectory(Path.Combine(_folder, "keys"));
            await File.WriteAllTextAsync(Path.Combine(_folder, "passphrase"), Guid.NewGuid().ToString("N"));
        }

        var answers = Path.Combine(_folder, "answers.json");
        await CeremonyAnswers.WriteAsync(answers);
        (
            await RunSignerVerbAsync("sa_signer", "ceremony", "create", "--all", "--answers", answers, "--transcripts", TranscriptFolder)
        ).MustSucceed();
        await File.WriteAllTextAsync(ServiceRootFile, await RootPemAsync("service"));
    }

    private async Task RegisterAsync()
    {
        (TelcoToken, OtherTelcoToken, AuditorToken, OperatorToken, OfficerToken) = await new Registration(this).RunAsync();
        (await this.EnrolStationAsync(Line)).Dispose();
        await OperatorAsync(
            "service-tls",
            "--dns",
            "localhost",
            "--ip",
            "127.0.0.1",
            "--out-certificate",
            ApiCertificateFile,
            "--out-key",
            Path.Combine(_folder, "api.key")
        );
    }

    /// <summary>An authority's own certificate as the ceremony stored it, PEM.</summary>
    internal async Task<string> RootPemAsync(string authority)
    {
        await using var command = Postgres
            .Connect(PostgresCluster.Superuser, Database)
            .CreateCommand("select der from sa.authority_certificate where authority = $1");
        command.Parameters.AddWithValue(authority);
        using var certificate = X509CertificateLoader.LoadCertificate((byte[])(await command.ExecuteScalarAsync())!);
        return certificate.ExportCertificatePem() + "\n";
    }

    internal Dictionary<string, string> SignerEnvironment(string role)
    {
        var environment = new Dictionary<string, string>
        {
            ["CaConfig__Folder"] = _options.CaConfig,
            ["Database__Connection"] = Postgres.ConnectionString(role, Database),
            ["SA_OPERATOR_NAME"] = "operator-at-test",
            ["Publication__Address"] = PublicationAddress,
        };
        if (Token is null)
        {
            return environment
                .And("Keys__Store", "file")
                .And("Keys__File__Folder", Path.Combine(_folder, "keys"))
                .And("Keys__File__PassphraseFile", Path.Combine(_folder, "passphrase"));
        }

        foreach (var (key, value) in Token.Settings)
            environment[key.Replace(":", "__")] = value!;
        return environment.And("SOFTHSM2_CONF", Token.ConfPath);
    }
}
