using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Stations;

namespace SigningAuthority.IntegrationTests.Rollover;

/// <summary>
/// An authority of its own whose client root gets a next generation of the same name: an operator changes ca-config and starts the
/// processes again, as in production, and what became of it is asked of the database and of openssl.
/// </summary>
internal sealed class RolledOver : IAsyncDisposable
{
    public const string Old = "client";
    public const string New = "client-2";

    private readonly string _configuration;

    private RolledOver(RunningAuthority authority, string configuration)
    {
        Authority = authority;
        _configuration = configuration;
    }

    public RunningAuthority Authority { get; }

    public StationDesk Line => new(Authority.StationClient());

    public NpgsqlDataSource Everything => Authority.Postgres.Connect(PostgresCluster.Superuser, Authority.Database);

    public string CrossFolder => Path.Combine(Authority.Scratch, "crosses");

    /// <summary>With one client root, and roots that may sign as soon as they are published.</summary>
    public static async Task<RolledOver> StartAsync()
    {
        var configuration = Directory.CreateTempSubdirectory("sa-rollover-").FullName;
        CaConfigCopy.Write(configuration, ("policies/policy.json", policy => policy["roots"]!["publishedDaysAhead"] = 0));
        return new RolledOver(await RunningAuthority.StartAsync(new AuthorityOptions { CaConfig = configuration }), configuration);
    }

    /// <summary>client-2 stands in ca-config, with a day that is far away, and its ceremony is held.</summary>
    public async Task HoldCeremonyAsync()
    {
        var root = JsonNode.Parse(await File.ReadAllTextAsync(FileOf(Old)))!.AsObject();
        root["id"] = New;
        root["keyLabel"] = New;
        root["displayName"] = "Client Root, second generation";
        root["succeeds"] = Old;
        root["activeFrom"] = "2099-01-01T00:00:00Z";
        root.Remove("publishedAs");
        await File.WriteAllTextAsync(FileOf(New), root.ToJsonString());

        var answers = Path.Combine(Authority.Scratch, "answers-2.json");
        await File.WriteAllTextAsync(
            answers,
            new JsonObject
            {
                ["ceremonies"] = new JsonArray(
                    new JsonObject
                    {
                        ["authority"] = New,
                        ["subject"] = root["subject"]!.DeepClone(),
                        ["key"] = root["key"]!.DeepClone(),
                        ["validityYears"] = root["validityYears"]!.DeepClone(),
                        ["confirmedBy"] = "integration tests",
                    }
                ),
            }.ToJsonString()
        );
        await CeremonyAsync("create", New, "--answers", answers, "--transcripts", Authority.Scratch);
        await CeremonyAsync([.. Cross]);
    }

    /// <summary>Of the new one by the old one; with --old-with-new the other way round too.</summary>
    public IReadOnlyList<string> Cross => ["cross", Old, New, "--confirmed-by", "integration tests", "--out", CrossFolder];

    /// <summary>In a signed manifest: what the log lane does of itself once it knows the generation.</summary>
    public Task AwaitPublishedAsync() =>
        Eventually.TrueAsync(
            async () => await ScalarAsync<bool>("select exists (select from sa.root_published where authority = $1)", New),
            "the next generation is in a signed manifest"
        );

    public async Task<string> CeremonyAsync(params string[] arguments) =>
        (await Authority.RunSignerVerbAsync("sa_signer", ["ceremony", .. arguments])).MustSucceed().Output;

    public void SetDay(DateTimeOffset day) =>
        Change(New, root => root["activeFrom"] = day.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));

    /// <summary>For how long a root is published before it signs.</summary>
    public void SetPublishedAhead(int days) =>
        CaConfigCopy.Change(
            Path.Combine(_configuration, "policies", "policy.json"),
            policy => policy["roots"]!["publishedDaysAhead"] = days
        );

    public void Change(string authority, Action<JsonNode> change) => CaConfigCopy.Change(FileOf(authority), change);

    /// <summary>Of the root that signs now. It ends by itself, and nobody signs it anew.</summary>
    public Task MakeTestDeviceAsync() =>
        Authority.OperatorAsync(
            "test-device",
            "--mac",
            "000E08FFFF01",
            "--product",
            "SPA962",
            "--out-certificate",
            Path.Combine(Authority.Scratch, "test-device.crt"),
            "--out-key",
            Path.Combine(Authority.Scratch, "test-device.key")
        );

    /// <summary>ca-config is read at start.</summary>
    public async Task RestartAsync()
    {
        await Task.WhenAll(Authority.StopSignerAsync(), Authority.StopApiAsync());
        await Task.WhenAll(Authority.StartSignerAsync(), Authority.StartApiAsync());
    }

    /// <summary>A request as a front door writes it that does not mind policy.</summary>
    /// <returns>What the key room said: its state, and the codes.</returns>
    public async Task<string> AskKeyRoomAsync(FactoryDevice device, string generation)
    {
        var id = Guid.CreateVersion7();
        var csr = MadeRequestOf(device);
        await using var insert = Everything.CreateCommand(
            """
            insert into sa.signing_request (id, kind, lane, station_id, csr, csr_sha256, spki_sha256, mac, serial, product, authorities, submitted_by, order_id)
            select $1, 'Device', 'Device', s.id, $2, sha256($2), $3, $4, $5, $6, array[$7], 'station/line-1', o.id
            from sa.station s, sa.production_order o where s.name = 'line-1' and o.name = 'standing'
            """
        );
        foreach (var value in new object[] { id, csr, KeyHash(device), device.Mac, device.Serial, device.Product, generation })
            insert.Parameters.AddWithValue(value);
        await insert.ExecuteNonQueryAsync();
        var answer = "";
        await Eventually.TrueAsync(
            async () =>
                (
                    answer = await ScalarAsync<string>(
                        "select state || ' ' || coalesce((select string_agg(v ->> 'code', ',') from jsonb_array_elements(violations) v), '') from sa.signing_request where id = $1",
                        id
                    )
                ).Split(' ')[0]
                    is "Issued"
                        or "Refused",
            "the key room decides"
        );
        return answer.Trim();
    }

    public async Task<T> ScalarAsync<T>(string sql, params object[] values)
    {
        await using var command = Everything.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.AddWithValue(value);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Units in one batch, each of which must get its certificate.</summary>
    public async Task<IReadOnlyList<FactoryDevice>> DrawAsync(int units)
    {
        var devices = Enumerable.Range(0, units).Select(_ => FactoryDevice.MakeQuickly()).ToList();
        var answers = await Line.BatchAsync(devices.Select(device => JsonSerializer.Serialize(device.Submission)));
        return answers.All(answer => answer.GetProperty("status").GetString() == "Issued")
            ? devices
            : throw new InvalidOperationException(answers.First(answer => answer.GetProperty("status").GetString() != "Issued").ToString());
    }

    /// <summary>openssl verify, with nothing but this root trusted.</summary>
    public async Task<bool> IsVerifiedAsync(string pem, string root, string? cross = null)
    {
        var (file, trusted) = (
            Path.Combine(Authority.Scratch, Guid.NewGuid().ToString("N") + ".pem"),
            Path.Combine(Authority.Scratch, root + ".pem")
        );
        await File.WriteAllTextAsync(file, pem);
        await File.WriteAllTextAsync(trusted, await Authority.RootPemAsync(root));
        string[] through = cross is null ? [] : ["-untrusted", Path.Combine(CrossFolder, cross)];
        var verified = await OpenSsl.TryAsync([
            "verify",
            "-x509_strict",
            "-purpose",
            "sslclient",
            "-no-CApath",
            "-CAfile",
            trusted,
            .. through,
            file,
        ]);
        return verified.ExitCode == 0;
    }

    public async ValueTask DisposeAsync()
    {
        await Authority.DisposeAsync();
        Directory.Delete(_configuration, recursive: true);
    }

    private string FileOf(string authority) => Path.Combine(_configuration, "authorities", authority + ".json");

    private static byte[] MadeRequestOf(FactoryDevice device) => InMemoryRequest.Make(device.Mac, device.Key);

    private static byte[] KeyHash(FactoryDevice device) =>
        System.Security.Cryptography.SHA256.HashData(device.Key.ExportSubjectPublicKeyInfo());
}
