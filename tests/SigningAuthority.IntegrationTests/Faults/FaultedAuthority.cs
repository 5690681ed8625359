using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Npgsql;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Requests;
using Xunit;

namespace SigningAuthority.IntegrationTests.Faults;

/// <summary>The faults share one authority, one after another: each test starts the Signers it needs and leaves everything whole.</summary>
[CollectionDefinition(Name)]
public sealed class FaultTests : ICollectionFixture<FaultedAuthority>
{
    public const string Name = "faults";
}

/// <summary>
/// An authority whose Postgres waits for the disk, with a Signer that seals the log and no other. Requests come in through the
/// front door's own part of Storage, in its role.
/// </summary>
public sealed class FaultedAuthority : IAsyncLifetime
{
    private const string Sealer = "sealer";
    private static readonly AuthorityConfiguration Configuration = AuthorityConfiguration.Load(Repository.CaConfig);
    private Guid _provider;
    private Guid _station;
    private int _devices;

    internal RunningAuthority Running { get; private set; } = null!;

    internal NpgsqlDataSource Database => Running.Postgres.Connect(PostgresCluster.Superuser, Running.Database);

    public async Task InitializeAsync()
    {
        Running = await RunningAuthority.StartAsync(new AuthorityOptions { IsDurable = true, HasApi = false });
        await Running.StopSignerAsync();
        await Running.StartSignerAsync(Sealer, new Dictionary<string, string> { ["Signer__Lanes"] = nameof(Lane.Log) });
        _provider = await Database.ScalarAsync<Guid>($"select id from sa.provider where name = '{RunningAuthority.Telco}'");
        _station = await Database.ScalarAsync<Guid>($"select id from sa.station where name = '{RunningAuthority.Line}'");
    }

    public async Task DisposeAsync()
    {
        if (Running is not null)
            await Running.DisposeAsync();
    }

    /// <summary>Puts requests into the queue, all in one transaction: servers of two generations, and devices.</summary>
    internal async Task<Workload> SubmitAsync(int servers = 0, int devices = 0)
    {
        NewSigningRequest[] requests =
        [
            .. Enumerable.Range(0, servers).Select(_ => NewServer()),
            .. Enumerable.Range(0, devices).Select(_ => NewDevice()),
        ];
        var door = new SubmitSigningRequests(Running.Postgres.Connect("sa_api", Running.Database));
        var outcomes = await door.SubmitAsync([.. requests.Select(request => (request, (LogEntry)EntryOf(request)))]);
        Assert.All(outcomes, outcome => Assert.True(outcome.Inserted));
        return new Workload(this, [.. requests.Select(request => request.Id.Value)]);
    }

    private NewSigningRequest NewServer()
    {
        var name = $"prov-{Guid.NewGuid():N}.callme.com";
        var (csr, key) = NewCsr("CN=" + name);
        return new NewSigningRequest(
            SigningRequestId.New(TimeProvider.System), RequestKind.ProvisioningServer, Lane.Provider, _provider, null, csr, SHA256.HashData(csr), key,
            name, null, null, null, ["SPA962", "SPA504G"], ["cisco-sb", "sipura"], null, null, null, "provider/telco");
    }

    private NewSigningRequest NewDevice()
    {
        var number = Interlocked.Increment(ref _devices);
        var mac = $"000E08{number:X6}";
        var (csr, key) = NewCsr("CN=" + mac);
        return new NewSigningRequest(
            SigningRequestId.New(TimeProvider.System), RequestKind.Device, Lane.Device, null, _station, csr, SHA256.HashData(csr), key,
            null, mac, $"FM5{number:D6}", "SPA962", [], ["client"], null, null, null, "station/line-1");
    }

    private static (byte[] Csr, byte[] KeySha256) NewCsr(string subject)
    {
        using var key = QuickKeys.Next();
        var csr = new CertificateRequest(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequest();
        return (csr, SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
    }

    private static RequestSubmitted EntryOf(NewSigningRequest request) => new()
    {
        At = DateTimeOffset.UtcNow,
        Actor = request.SubmittedBy,
        Subject = request.Fqdn,
        RequestId = request.Id.Value,
        Mac = request.Mac,
        Serial = request.Serial,
        Kind = request.Kind.ToString(),
        CsrSha256 = Convert.ToHexStringLower(request.CsrSha256),
        PublicKeySha256 = Convert.ToHexStringLower(request.PublicKeySha256),
        Devices = request.Devices,
        Generations = request.Authorities,
        PolicyVersion = Configuration.PolicyVersion,
        PolicyHash = Configuration.Hash,
    };
}
