using System.Text.Json.Nodes;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Verifiers;
using Xunit;

namespace SigningAuthority.IntegrationTests.Mutations;

/// <summary>
/// An authority that is sent thousands of mutated bodies, without limits that would answer in its place. Its log gets an entry of nearly
/// each of them, which is why other tests have none of it.
/// </summary>
public sealed class MutatedAuthority : IAsyncLifetime
{
    private const int Unlimited = 100_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("sa-mutations-").FullName;

    internal RunningAuthority Running { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var configuration = Path.Combine(_folder, "ca-config");
        CaConfigCopy.Write(configuration, ("policies/policy.json", Loosen));
        Running = await RunningAuthority.StartAsync(new AuthorityOptions { Keys = KeyStoreKind.File, CaConfig = configuration });
    }

    /// <summary>As after each class of flows: the whole log is sound, and every device's subject is read as it should be.</summary>
    public async Task DisposeAsync()
    {
        try
        {
            if (Running is null)
                return;
            await Running.VerifyLogAsync();
            Assert.Empty(await IssuedSubjects.FindMisreadAsync(Running.Postgres.Connect(PostgresCluster.Superuser, Running.Database)));
        }
        finally
        {
            if (Running is not null)
                await Running.DisposeAsync();
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static void Loosen(JsonNode policy)
    {
        foreach (var limit in policy["limits"]!.AsArray())
            limit!["most"] = Unlimited;
        foreach (var rate in (string[])["mostOnDemandPerSecond", "mostOnDemandPerAddress"])
            policy["ocsp"]![rate] = Unlimited;
    }
}
