using System.Text.Json;
using System.Text.Json.Nodes;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using Xunit;

namespace SigningAuthority.IntegrationTests.Publication;

[CollectionDefinition(Name)]
public sealed class RootFlows : ICollectionFixture<RootStage>
{
    public const string Name = "root flows";
}

/// <summary>An authority whose roots may change: its configuration is a copy, which a test adds a generation to.</summary>
public sealed class RootStage : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sa-roots-").FullName;

    internal RunningAuthority Authority { get; private set; } = null!;

    internal string CaConfig => Path.Combine(_folder, "ca-config");

    /// <summary>What the log's key is for whoever verifies: name, id and key on one line.</summary>
    internal string LogKey => Path.Combine(_folder, "log.pub");

    internal Npgsql.NpgsqlDataSource Everything => Authority.Postgres.Connect(PostgresCluster.Superuser, Authority.Database);

    public async Task InitializeAsync()
    {
        CaConfigCopy.Write(CaConfig);
        Authority = await RunningAuthority.StartAsync(new AuthorityOptions { Keys = KeyStoreKind.File, CaConfig = CaConfig });
        await AwaitVersionAsync(1);
        var key = await Authority.Client().AskAsync("log/key");
        await File.WriteAllTextAsync(LogKey, key.Text);
    }

    public async Task DisposeAsync()
    {
        await Authority.VerifyLogAsync();
        await Authority.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Until the front door serves this version of the manifest, or a later one.</summary>
    internal async Task<JsonElement> AwaitVersionAsync(long version)
    {
        JsonElement manifest = default;
        await Eventually.TrueAsync(
            async () =>
            {
                var answer = await Authority.Client().AskAsync("roots/manifest.json");
                return answer.MediaType == "application/json" && (manifest = answer.Json).GetProperty("version").GetInt64() >= version;
            },
            $"version {version} of the roots' manifest"
        );
        return manifest;
    }

    /// <summary>A next generation of the client root: in the configuration, and by its ceremony in the database.</summary>
    internal async Task AddGenerationAsync(string id, string succeeds, DateTimeOffset activeFrom)
    {
        var json = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(CaConfig, $"authorities/{succeeds}.json")))!.AsObject();
        json.Remove("publishedAs");
        (json["id"], json["keyLabel"], json["succeeds"]) = (id, id, succeeds);
        json["displayName"] = "Client Root of tomorrow";
        json["activeFrom"] = activeFrom.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ");
        await File.WriteAllTextAsync(Path.Combine(CaConfig, $"authorities/{id}.json"), json.ToJsonString());

        var answers = Path.Combine(_folder, "answers.json");
        await CeremonyAnswers.WriteAsync(answers, CaConfig);
        (
            await Authority.RunSignerVerbAsync("sa_signer", "ceremony", "create", id, "--answers", answers, "--transcripts", _folder)
        ).MustSucceed();
    }

    internal string Scratch(string name) => Path.Combine(_folder, name);
}
