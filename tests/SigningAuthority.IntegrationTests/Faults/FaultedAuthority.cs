using Npgsql;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Requests;
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
/// An authority whose Postgres waits for the disk, with the Api and a Signer that seals the log, and no other. Where a test is
/// not about the front door, requests come in through its part of Storage, in its role.
/// </summary>
public sealed class FaultedAuthority : IAsyncLifetime
{
    internal const string Sealer = "sealer";

    // How long the front door lets a station wait for its certificate.
    private const int StationWaitSeconds = 5;
    private Guid _provider;
    private Guid _station;
    private Guid _order;

    internal RunningAuthority Running { get; private set; } = null!;

    internal NpgsqlDataSource Database => Running.Postgres.Connect(PostgresCluster.Superuser, Running.Database);

    public async Task InitializeAsync()
    {
        Running = await RunningAuthority.StartAsync(
            new AuthorityOptions
            {
                IsDurable = true,
                ApiEnvironment = new Dictionary<string, string> { ["Api__StationWaitSeconds"] = $"{StationWaitSeconds}" },
            }
        );
        await Running.StopSignerAsync();
        await Running.StartSignerAsync(Sealer, new Dictionary<string, string> { ["Signer__Lanes"] = nameof(Lane.Log) });
        _provider = await Database.ScalarAsync<Guid>($"select id from sa.provider where name = '{RunningAuthority.Telco}'");
        _station = await Database.ScalarAsync<Guid>($"select id from sa.station where name = '{RunningAuthority.Line}'");
        _order = await Database.ScalarAsync<Guid>($"select id from sa.production_order where name = '{RunningAuthority.StandingOrder}'");
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
            .. Enumerable.Range(0, servers).Select(_ => ToRow(NewServer.Make())),
            .. Enumerable.Range(0, devices).Select(_ => ToRow(NewDevice.Make())),
        ];
        var door = new SubmitSigningRequests(Running.Postgres.Connect("sa_api", Running.Database));
        var outcomes = await door.SubmitAsync([.. requests.Select(request => (request, (LogEntry)StorageScenario.Submitted(request)))]);
        Assert.All(outcomes, outcome => Assert.True(outcome.Inserted));
        return new Workload(this, [.. requests.Select(request => request.Id.Value)]);
    }

    /// <summary>How many requests say so of themselves, in whatever state.</summary>
    internal async Task<long> CountRequestsAsync(string column, string value)
    {
        await using var command = Database.CreateCommand($"select count(*) from sa.signing_request where {column} = $1");
        command.Parameters.AddWithValue(value);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private NewSigningRequest ToRow(NewServer server) =>
        new(
            SigningRequestId.New(TimeProvider.System),
            RequestKind.ProvisioningServer,
            Lane.Provider,
            _provider,
            null,
            server.Csr.Der,
            server.Csr.Sha256,
            server.Csr.PublicKeySha256,
            server.Fqdn,
            null,
            null,
            null,
            NewServer.Devices,
            ["cisco-sb", "sipura"],
            null,
            null,
            null,
            "provider/" + RunningAuthority.Telco
        );

    private NewSigningRequest ToRow(NewDevice device) =>
        new(
            SigningRequestId.New(TimeProvider.System),
            RequestKind.Device,
            Lane.Device,
            null,
            _station,
            device.Csr.Der,
            device.Csr.Sha256,
            device.Csr.PublicKeySha256,
            null,
            device.Mac,
            device.Serial,
            NewDevice.Product,
            [],
            ["client"],
            null,
            null,
            null,
            "station/" + RunningAuthority.Line
        )
        {
            OrderId = _order,
        };
}
