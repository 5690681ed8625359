using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Certificates;
using SigningAuthority.Storage.Lanes;
using SigningAuthority.Storage.Requests;
using Xunit;

namespace SigningAuthority.IntegrationTests.Storage;

public sealed class SigningRequestQueriesTests
{
    [Fact]
    public async Task A_caller_finds_its_own_requests_and_no_one_elses()
    {
        var scenario = await StorageScenario.CreateAsync();
        var (telco, voice) = (Guid.NewGuid(), Guid.NewGuid());
        var (server, device) = (StorageScenario.Server(telco), StorageScenario.Device());
        await scenario.SubmitAsync(server, device);
        var queries = new SigningRequestQueries(scenario.Api);

        Assert.NotNull(await queries.FindOfProviderAsync(telco, server.Id));
        Assert.Null(await queries.FindOfProviderAsync(voice, server.Id));
        Assert.Null(await queries.FindOfProviderAsync(telco, device.Id));
        Assert.NotNull(await queries.FindOfStationAsync(device.StationId!.Value, device.Id));
        Assert.Null(await queries.FindOfStationAsync(Guid.NewGuid(), device.Id));
        Assert.Null(await queries.FindAsync(SigningRequestId.New(TimeProvider.System)));
    }

    [Fact]
    public async Task A_providers_list_comes_in_pages_the_newest_first()
    {
        var scenario = await StorageScenario.CreateAsync();
        var telco = Guid.NewGuid();
        NewSigningRequest[] requests = [.. Enumerable.Range(0, 5).Select(_ => StorageScenario.Server(telco))];
        await scenario.SubmitAsync([.. requests, StorageScenario.Server(Guid.NewGuid())]);
        var queries = new SigningRequestQueries(scenario.Api);

        var first = await queries.ListOfProviderAsync(telco, before: null, limit: 3);
        var second = await queries.ListOfProviderAsync(telco, first[^1].Id, limit: 3);

        Assert.Equal(
            requests.Select(r => r.Id.ToString()).OrderDescending(StringComparer.Ordinal),
            first.Concat(second).Select(r => r.Id.ToString())
        );
    }

    [Fact]
    public async Task The_queue_is_counted_by_lane_and_state()
    {
        var scenario = await StorageScenario.CreateAsync();
        await scenario.SubmitAsync(
            StorageScenario.Device(),
            StorageScenario.Device(),
            StorageScenario.Device(),
            StorageScenario.Server(Guid.NewGuid())
        );
        var queue = scenario.Queue(maximumAttempts: 1);
        await queue.ClaimAsync(Lane.Device, 1, TimeSpan.Zero);
        await queue.FailExhaustedAsync();
        await queue.ClaimAsync(Lane.Device, 1, TimeSpan.FromMinutes(1));

        var counts = await new SigningRequestQueries(scenario.Api).CountUnfinishedAsync();

        Assert.Equal(
            [
                new(Lane.Device, RequestState.Failed, 1),
                new(Lane.Device, RequestState.Queued, 1),
                new(Lane.Device, RequestState.Signing, 1),
                new(Lane.Provider, RequestState.Queued, 1),
            ],
            counts.OrderBy(c => c.Lane.ToString()).ThenBy(c => c.State.ToString())
        );
        Assert.Single(await new SigningRequestQueries(scenario.Api).ListAsync(RequestState.Failed, 10));
    }

    [Fact]
    public async Task A_known_public_key_is_found_wherever_it_is_used()
    {
        var scenario = await StorageScenario.CreateAsync();
        var (server, device) = (StorageScenario.Server(Guid.NewGuid()), StorageScenario.Device());
        await scenario.SubmitAsync(server, device);
        var authority = await CreateAuthorityAsync(scenario);
        var uses = await new PublicKeyUses(scenario.Api).FindAsync([
            server.PublicKeySha256,
            device.PublicKeySha256,
            authority.PublicKeySha256,
            new byte[32],
        ]);

        Assert.Equal(3, uses.Count);
        Assert.Equal(server.ProviderId, Assert.Single(uses[Convert.ToHexStringLower(server.PublicKeySha256)]).ProviderId);
        Assert.Equal(device.Mac, Assert.Single(uses[Convert.ToHexStringLower(device.PublicKeySha256)]).Mac);
        Assert.Equal("sipura", Assert.Single(uses[Convert.ToHexStringLower(authority.PublicKeySha256)]).Authority);
    }

    [Fact]
    public async Task An_authority_is_created_once_and_never_overwritten()
    {
        var scenario = await StorageScenario.CreateAsync();
        var created = await CreateAuthorityAsync(scenario);

        Assert.Equal(System.Security.Cryptography.SHA256.HashData(created.Der!), created.Sha256);
        Assert.NotNull(await new Authorities(scenario.Signer).FindIntentAsync("sipura"));
        await Assert.ThrowsAsync<AuthorityExistsException>(() => CreateAuthorityAsync(scenario));
        Assert.Equal(2, (await scenario.VerifyAsync()).Leaves);
    }

    [Fact]
    public async Task The_front_door_reads_what_the_signers_say_of_themselves()
    {
        var scenario = await StorageScenario.CreateAsync();
        var (instance, beats) = (Guid.NewGuid(), new SignerHeartbeats(scenario.Signer));
        await beats.BeatAsync(instance, ["Provider", "Device"], tokenOk: true, "sa-token");
        await beats.BeatAsync(instance, ["Provider", "Device"], tokenOk: false, "The token is away.");
        var atTheDoor = new SignerHeartbeats(scenario.Api);

        var beat = Assert.Single(await atTheDoor.ReadRecentAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal((instance, false, "The token is away."), (beat.Instance, beat.TokenOk, beat.TokenDetail));
        Assert.Equal(["Provider", "Device"], beat.Lane);
        Assert.Empty(await atTheDoor.ReadRecentAsync(TimeSpan.FromSeconds(-1)));
        await beats.StopAsync(instance);
        Assert.Empty(await atTheDoor.ReadRecentAsync(TimeSpan.FromMinutes(1)));
    }

    private static async Task<AuthorityCertificate> CreateAuthorityAsync(StorageScenario scenario)
    {
        var (now, zeros) = (DateTimeOffset.UtcNow, new string('0', 64));
        var intent = new AuthorityIntent
        {
            Authority = "sipura",
            Purpose = "ServerRoot",
            KeyLabel = "sipura",
            Subject = "CN=Sipura CA",
            SubjectPublicKeyInfo = [1, 2],
            ToBeSigned = [3],
            NotBefore = now,
            NotAfter = now.AddYears(20),
        };
        var certificate = new AuthorityCertificate
        {
            Authority = "sipura",
            Purpose = "ServerRoot",
            KeyLabel = "sipura",
            Subject = "CN=Sipura CA",
            SubjectPublicKeyInfo = [1, 2],
            Der = [4],
            NotBefore = now,
            NotAfter = now.AddYears(20),
            Transcript = "transcript",
        };
        var authorities = new Authorities(scenario.Signer);
        await authorities.InsertIntentAsync(
            intent,
            new AuthorityIntended
            {
                At = now,
                Actor = "operator/test",
                Authority = "sipura",
                SubjectDn = "CN=Sipura CA",
                KeyAlgorithm = "RSA-2048",
                SerialNumber = "40",
                ToBeSignedSha256 = zeros,
                NotBefore = now,
                NotAfter = now.AddYears(20),
            }
        );
        await authorities.InsertCertificateAsync(
            certificate,
            new AuthorityCreated
            {
                At = now,
                Actor = "operator/test",
                Authority = "sipura",
                PublicKeySha256 = zeros,
                TranscriptSha256 = zeros,
            }
        );
        return Assert.Single(await new Authorities(scenario.Api).ReadAllAsync());
    }
}
