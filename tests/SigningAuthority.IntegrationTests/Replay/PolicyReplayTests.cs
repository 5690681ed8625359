using System.Security.Cryptography;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Faults;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Providers;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Requests;
using Xunit;

namespace SigningAuthority.IntegrationTests.Replay;

/// <summary>`policy replay`: what a proposed configuration would make of the requests that were made.</summary>
[Collection(FactoryFlows.Name)]
public sealed class PolicyReplayTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private const int Alike = 0;
    private const int Different = 3;

    private readonly ProviderDesk _desk = new(authority.Client(authority.TelcoToken));

    [Fact]
    public async Task The_same_configuration_decides_every_request_alike_and_an_auditor_may_ask()
    {
        await SubmitAsync("SPA962");

        using var same = new ProposedConfiguration();
        var replay = await ReplayAsync("sa_auditor", same, Alike);

        Assert.True(Summary(replay, "requests") > 0);
        Assert.Equal(Summary(replay, "requests"), Summary(replay, "alike"));
        Assert.Empty(replay.GetProperty("differences").EnumerateArray());
        Assert.Equal(
            replay.GetProperty("running").GetProperty("configurationHash").GetString(),
            replay.GetProperty("proposed").GetProperty("configurationHash").GetString()
        );
    }

    [Fact]
    public async Task Longer_keys_refuse_the_requests_with_shorter_ones_and_the_log_says_that_it_was_tried()
    {
        var id = await SubmitAsync("SPA962");
        var from = IssuanceLogReader.FromNow();

        using var longer = new ProposedConfiguration()
            .With("policies/policy.json", "\"smallestRsaBits\": 2048", "\"smallestRsaBits\": 3072")
            .WithEach("authorities", "\"largestRsaBits\": 2048", "\"largestRsaBits\": 3072");
        var replay = await ReplayAsync("sa_operator", longer, Different);

        var difference = DifferenceOf(replay, id);
        Assert.Equal("nowRefused", difference.GetProperty("difference").GetString());
        Assert.Equal(["key-too-small"], Texts(difference, "codesAfter"));
        Assert.True(replay.GetProperty("summary").GetProperty("codes").GetProperty("key-too-small").GetInt64() > 0);

        var entry = Assert
            .Single(await new IssuanceLogReader(authority).AwaitAsync($"type=policy.replayed&{from}", 1))
            .GetProperty("entry");
        Assert.Equal("operator/operator-at-test", entry.GetProperty("actor").GetString());
        Assert.Equal(
            replay.GetProperty("proposed").GetProperty("configurationHash").GetString(),
            entry.GetProperty("proposedHash").GetString()
        );
        Assert.Equal(Summary(replay, "requests"), entry.GetProperty("requests").GetInt64());
        Assert.Equal(Summary(replay, "requests") - Summary(replay, "alike"), entry.GetProperty("differences").GetInt64());
    }

    [Fact]
    public async Task A_family_that_loses_a_generation_and_more_approvals_are_told_by_what_changes()
    {
        var id = await SubmitAsync("SPA504G@7.5.6");

        using var changed = new ProposedConfiguration()
            .With(
                "device-families/spa5xx.json",
                """
                ,
                    {
                      "authority": "cisco-2k",
                      "fromFirmware": "7.5.6"
                    }
                """,
                ""
            )
            .With("policies/policy.json", "\"default\": \"Automatic\"", "\"default\": \"TwoOfficers\"");
        var difference = DifferenceOf(await ReplayAsync("sa_auditor", changed, Different), id);

        Assert.Equal("otherCertificates", difference.GetProperty("difference").GetString());
        Assert.Equal(
            [("generations", "cisco-2k", "cisco-sb"), ("approvals", "Automatic", "TwoOfficers")],
            difference.GetProperty("changes").EnumerateArray().Select(Change)
        );
    }

    [Fact]
    public async Task A_profile_that_keeps_its_name_and_changes_its_shape_is_told()
    {
        var id = await SubmitAsync("SPA962");
        var days = JsonDocument
            .Parse(await File.ReadAllTextAsync(Path.Combine(Repository.CaConfig, "profiles/provisioning-server.json")))
            .RootElement.GetProperty("validityDays")
            .ToString();

        using var shorter = new ProposedConfiguration().With(
            "profiles/provisioning-server.json",
            $"\"validityDays\": {days}",
            "\"validityDays\": 90"
        );
        var difference = DifferenceOf(await ReplayAsync("sa_auditor", shorter, Different), id);

        Assert.Equal([("sipura: profile.validityDays", days, "90")], difference.GetProperty("changes").EnumerateArray().Select(Change));
    }

    [Fact]
    public async Task A_device_that_was_refused_at_the_key_is_accepted_when_its_addresses_are_held()
    {
        var request = await RefusedDeviceAsync("0050C2000077");

        using var wider = new ProposedConfiguration().With("policies/policy.json", "\"000E08\"\n", "\"000E08\", \"0050C2\"\n");
        var difference = DifferenceOf(await ReplayAsync("sa_signer", wider, Different), request.Id.ToString());

        Assert.Equal("nowAccepted", difference.GetProperty("difference").GetString());
        Assert.Equal(["mac-oui-not-held"], Texts(difference, "codesBefore"));
        Assert.Empty(Texts(difference, "codesAfter"));
    }

    [Fact]
    public async Task As_many_as_asked_for_are_looked_at_and_people_read_lines()
    {
        await SubmitAsync("SPA962");
        await SubmitAsync("SPA962");
        using var same = new ProposedConfiguration();
        Assert.Equal(1, Summary(await ReplayAsync("sa_auditor", same, Alike, "--last", "1"), "requests"));
        Assert.Equal(0, Summary(await ReplayAsync("sa_auditor", same, Alike, "--since", "2999-01-01"), "requests"));

        same.With("policies/policy.json", "\"smallestRsaBits\": 2048", "\"smallestRsaBits\": 3072")
            .WithEach("authorities", "\"largestRsaBits\": 2048", "\"largestRsaBits\": 3072");
        var lines = await authority.RunSignerVerbAsync("sa_auditor", "policy", "replay", "--config", same.Folder, "--last", "2");

        Assert.Equal(Different, lines.ExitCode);
        Assert.Contains("accepted → refused: key-too-small", lines.Output);
        Assert.Contains("2 requests, 0 decided alike.", lines.Output);
        Assert.Contains("no entry", lines.Error);
    }

    [Fact]
    public async Task A_proposal_that_can_not_be_used_is_explained_and_nothing_is_replayed()
    {
        using var broken = new ProposedConfiguration().With("policies/policy.json", "\"exponent\": 65537", "\"exponent\": 4");

        var result = await authority.RunSignerVerbAsync("sa_auditor", "policy", "replay", "--config", broken.Folder);

        Assert.Equal(78, result.ExitCode);
        Assert.Contains("$.key.exponent", result.Error);
        Assert.Empty(result.Output);
    }

    private async Task<JsonElement> ReplayAsync(string role, ProposedConfiguration proposed, int exitCode, params string[] more)
    {
        var result = await authority.RunSignerVerbAsync(
            role,
            ["policy", "replay", "--config", proposed.Folder, "--json", .. more.Length > 0 ? more : ["--last", "100000"]]
        );
        Assert.True(result.ExitCode == exitCode, result.ToString());
        return JsonSerializer.Deserialize<JsonElement>(result.OutputBytes);
    }

    private async Task<string> SubmitAsync(string device)
    {
        using var key = RSA.Create(2048);
        var answer = await _desk.UploadAsync(InMemoryRequest.Make("replay.callme.com", key), [device]);
        Assert.True(answer.Status == System.Net.HttpStatusCode.Accepted, answer.ToString());
        return answer.Member("id");
    }

    /// <summary>As a front door writes it that was taken over: the key room refuses it, and keeps it.</summary>
    private async Task<NewSigningRequest> RefusedDeviceAsync(string mac)
    {
        var csr = CertificationRequestBytes.Make("CN=x");
        var everything = authority.Postgres.Connect(PostgresCluster.Superuser, authority.Database);
        var request = StorageScenario.Device(mac, "RP000001") with
        {
            StationId = await everything.ScalarAsync<Guid>(
                $"select id from sa.station where name = '{RunningAuthority.Line}' and revoked_at is null"
            ),
            Csr = csr.Der,
            CsrSha256 = csr.Sha256,
            PublicKeySha256 = csr.PublicKeySha256,
            Devices = [],
        };
        await new SubmitSigningRequests(authority.Postgres.Connect("sa_api", authority.Database)).SubmitAsync([
            (request, StorageScenario.Submitted(request)),
        ]);
        await Eventually.TrueAsync(
            async () =>
                await everything.ScalarAsync<string>($"select state from sa.signing_request where id = '{request.Id}'")
                == nameof(RequestState.Refused),
            "the request is refused"
        );
        return request;
    }

    private static JsonElement DifferenceOf(JsonElement replay, string id) =>
        Assert.Single(replay.GetProperty("differences").EnumerateArray(), difference => difference.GetProperty("id").GetString() == id);

    private static long Summary(JsonElement replay, string name) => replay.GetProperty("summary").GetProperty(name).GetInt64();

    private static IEnumerable<string> Texts(JsonElement element, string name) =>
        element.GetProperty(name).EnumerateArray().Select(text => text.GetString()!);

    private static (string What, string Before, string After) Change(JsonElement change) =>
        (change.GetProperty("what").GetString()!, change.GetProperty("before").GetString()!, change.GetProperty("after").GetString()!);
}
