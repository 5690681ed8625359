using System.Security.Cryptography;
using System.Text;
using SigningAuthority.IntegrationTests.RevocationLists;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Roots;
using SigningAuthority.Storage.Roots;
using Xunit;

namespace SigningAuthority.IntegrationTests.Storage;

/// <summary>A version of the roots' manifest for each change of the roots and for nothing else; written down, then signed, then published.</summary>
public sealed class RootManifestTests
{
    private const string Versions = "select version from sa.root_manifest order by version";
    private const string Askings = "select version from sa.root_manifest_signing order by id";
    private const string Entries = "select type from sa.log_entry where type like 'roots.%' order by id";

    private static readonly DateTimeOffset Day = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly PublishedRoot Client = Root("client", Standing.Current);
    private static readonly PublishedRoot Next = Root("client-2", Standing.Next);

    private readonly List<byte[]> _signed = [];

    [Fact]
    public async Task A_change_of_the_roots_is_one_version_and_no_change_is_none()
    {
        var scenario = await StorageScenario.CreateAsync();
        var signer = Signer(scenario, "signer/one");

        Assert.Equal(1, await signer.RunAsync([Client]));
        Assert.Null(await signer.RunAsync([Client]));
        // Another process, and the same one started again, find it as it should be.
        Assert.Null(await Signer(scenario, "signer/two").RunAsync([Client]));
        Assert.Equal(2, await signer.RunAsync([Client, Next]));
        Assert.Equal(3, await signer.RunAsync([Client with { Standing = Standing.Old }, Next with { Standing = Standing.Current }]));

        Assert.Equal([1L, 2, 3], await scenario.Superuser.ColumnAsync<long>(Askings));
        Assert.Equal(
            Enumerable.Repeat((string[])["roots.intended", "roots.published"], 3).SelectMany(pair => pair),
            await scenario.Superuser.ColumnAsync<string>(Entries)
        );
        var published = await new RootManifests(scenario.Api).ReadAsync();
        Assert.Equal(_signed, published.Select(manifest => manifest.Manifest));
        Assert.Equal(
            ["client: superseded", "client-2: activated"],
            RootChange
                .Between(RootManifest.Read(published[1].Manifest), RootManifest.Read(published[2].Manifest))
                .Select(change => $"{change.Root.Id}: {change.Kind.ToString().ToLowerInvariant()}")
        );
        await scenario.VerifyAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_crash_around_the_signature_the_same_version_is_signed_and_no_other(bool hasSigned)
    {
        var scenario = await StorageScenario.CreateAsync();
        await Signer(scenario, "signer/one").RunAsync([Client]);
        await Assert.ThrowsAsync<TimeoutException>(() => Signer(scenario, "signer/dead", Crash(hasSigned)).RunAsync([Client, Next]));

        // It may still be at it; and then it is not any more. Meanwhile the roots have changed again.
        Assert.Null(await Signer(scenario, "signer/two").RunAsync([Client, Next, Root("client-3", Standing.Next)]));
        var heir = Signer(scenario, "signer/two", patience: TimeSpan.Zero);
        Assert.Equal(2, await heir.RunAsync([Client, Next, Root("client-3", Standing.Next)]));
        Assert.Equal(3, await heir.RunAsync([Client, Next, Root("client-3", Standing.Next)]));

        Assert.Equal([1L, 2, 3], await scenario.Superuser.ColumnAsync<long>(Versions));
        Assert.Equal([1L, 2, 2, 3], await scenario.Superuser.ColumnAsync<long>(Askings));
        Assert.Equal(3L, await scenario.Superuser.ScalarAsync<long>("select count(*) from sa.root_manifest_signature"));
        Assert.All(
            _signed.GroupBy(manifest => RootManifest.Read(manifest).Version),
            version => Assert.Single(version.DistinctBy(Convert.ToHexString))
        );
        await scenario.VerifyAsync();
    }

    [Fact]
    public async Task Two_that_see_the_change_at_once_publish_one_version_with_one_signature()
    {
        var scenario = await StorageScenario.CreateAsync();
        var signers = Enumerable.Range(1, 4).Select(number => Signer(scenario, $"signer/{number}")).ToList();
        foreach (
            var roots in (PublishedRoot[][])
                [
                    [Client],
                    [Client, Next],
                    [Client, Next with { Standing = Standing.Current }],
                ]
        )
            await Task.WhenAll(signers.Select(signer => signer.RunAsync(roots)));

        Assert.Equal([1L, 2, 3], await scenario.Superuser.ColumnAsync<long>(Versions));
        Assert.Equal([1L, 2, 3], await scenario.Superuser.ColumnAsync<long>(Askings));
        await scenario.VerifyAsync();
    }

    [Fact]
    public async Task Two_with_different_configurations_do_not_exchange_the_manifest_back_and_forth()
    {
        var scenario = await StorageScenario.CreateAsync();
        var (old, renewed) = (Signer(scenario, "signer/old"), Signer(scenario, "signer/renewed"));
        await old.RunAsync([Client]);
        for (var turn = 0; turn < 3; turn++)
        {
            await renewed.RunAsync([Client, Next]);
            await old.RunAsync([Client]);
        }

        Assert.Equal([1L, 2], await scenario.Superuser.ColumnAsync<long>(Versions));
    }

    [Fact]
    public async Task A_root_is_published_since_its_first_signed_version()
    {
        var scenario = await StorageScenario.CreateAsync();
        var signer = Signer(scenario, "signer/one");
        await signer.RunAsync([Client]);
        await Assert.ThrowsAsync<TimeoutException>(() => Signer(scenario, "signer/dead", Crash(true)).RunAsync([Client, Next]));

        var manifests = new RootManifests(scenario.Signer);
        Assert.Equal(["client"], (await manifests.PublishedAtAsync()).Keys);
        await Signer(scenario, "signer/two", patience: TimeSpan.Zero).RunAsync([Client, Next]);

        var at = await manifests.PublishedAtAsync();
        var signed = await manifests.ReadAsync();
        Assert.Equal((signed[0].SignedAt, signed[1].SignedAt), (at["client"], at["client-2"]));
    }

    /// <summary>Last-Modified is of it, and who asks by date alone must hear of each version.</summary>
    [Fact]
    public async Task A_version_is_later_than_the_one_before_it_whatever_the_clock_says()
    {
        var scenario = await StorageScenario.CreateAsync();
        var behind = new SettableTime(DateTimeOffset.UtcNow.AddHours(-1));
        await Signer(scenario, "signer/one").RunAsync([Client]);
        await Signer(scenario, "signer/behind", time: behind).RunAsync([Client, Next]);
        await Signer(scenario, "signer/behind", time: behind).RunAsync([Client]);

        var at = (await new RootManifests(scenario.Signer).ReadAsync()).Select(manifest => manifest.At).ToList();
        Assert.Equal([at[0], at[0].AddSeconds(1), at[0].AddSeconds(2)], at);
        Assert.Equal(at, _signed.Select(manifest => RootManifest.Read(manifest).At));
    }

    [Theory]
    [InlineData("sa_api", "insert into sa.root_manifest (version, at, manifest) values (9, now(), '{}')")]
    [InlineData("sa_api", "insert into sa.root_manifest_signature (version, signature) values (1, sha256('x'))")]
    [InlineData("sa_signer", "update sa.root_manifest set manifest = '{}'")]
    [InlineData("sa_signer", "update sa.root_manifest_signature set signature = sha256('x')")]
    [InlineData("sa_signer", "delete from sa.root_manifest_signing")]
    [InlineData("sa_api", "update sa.root_fetch set sha256 = sha256('x')")]
    [InlineData("sa_api", "update sa.root_fetch set caller = 'provider/another'")]
    [InlineData("sa_api", "delete from sa.root_fetch")]
    [InlineData("sa_signer", "insert into sa.root_fetch (caller, file, sha256) values ('x', 'y', sha256('z'))")]
    [InlineData("sa_operator", "insert into sa.root_fetch (caller, file, sha256) values ('x', 'y', sha256('z'))")]
    [InlineData("sa_outreach", "select caller from sa.root_fetch")]
    [InlineData("sa_outreach", "insert into sa.root_manifest (version, at, manifest) values (9, now(), '{}')")]
    public async Task A_role_is_denied(string role, string sql)
    {
        var scenario = await Shared.Value;
        var refusal = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => scenario.Connect(role).ExecuteAsync(sql));
        Assert.Equal("42501", refusal.SqlState);
    }

    [Fact]
    public async Task The_front_door_cant_say_in_the_log_that_roots_were_published()
    {
        var scenario = await Shared.Value;
        var refusal = await Assert.ThrowsAsync<Npgsql.PostgresException>(() =>
            scenario.Api.ExecuteAsync("insert into sa.log_entry (type, actor, at, entry) values ('roots.published', 'a', now(), 'e')")
        );
        Assert.Equal("log_entry_of_roots", refusal.ConstraintName);
    }

    private static readonly Lazy<Task<StorageScenario>> Shared = new(StorageScenario.CreateAsync);

    private PublishRootManifest Signer(
        StorageScenario scenario,
        string name,
        Func<byte[], CancellationToken, ValueTask<byte[]>>? sign = null,
        TimeSpan? patience = null,
        TimeProvider? time = null
    ) =>
        new(
            scenario.Signer,
            new RootPublication
            {
                Origin = StorageScenario.Origin,
                Sign = sign ?? ((manifest, _) => ValueTask.FromResult(Sign(manifest))),
                Signer = name,
                Patience = patience ?? TimeSpan.FromMinutes(1),
                Time = time ?? TimeProvider.System,
            }
        );

    private Func<byte[], CancellationToken, ValueTask<byte[]>> Crash(bool hasSigned) =>
        (manifest, _) =>
        {
            if (hasSigned)
                Sign(manifest);
            throw new TimeoutException("a crash");
        };

    private byte[] Sign(byte[] manifest)
    {
        lock (_signed)
            _signed.Add(manifest);
        return SHA256.HashData([.. manifest, (byte)_signed.Count]);
    }

    private static PublishedRoot Root(string id, Standing standing) =>
        new(
            id,
            AuthorityPurpose.ClientRoot,
            standing,
            $"The root {id}",
            $"CN={id}",
            null,
            null,
            Day,
            Day.AddYears(20),
            [0x30, (byte)id.Length, .. Encoding.ASCII.GetBytes(id)],
            Encoding.ASCII.GetBytes("key of " + id)
        );
}
