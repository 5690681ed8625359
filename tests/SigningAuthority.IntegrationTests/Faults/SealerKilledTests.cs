using System.Security.Cryptography;
using System.Text;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.IssuanceLog.Tree;
using SigningAuthority.Storage.IssuanceLog;
using Xunit;

namespace SigningAuthority.IntegrationTests.Faults;

/// <summary>The log lane's own faults: its Signer dies between its two steps, and it finds another log than the one it signed.</summary>
public sealed class SealerKilledTests(FaultedAuthority authority) : FaultScenario(authority)
{
    private const int KilledBySignal9 = 128 + 9;
    private const string Origin = "signing-authority.local/log";

    private const string UnsignedHeads = """
        select count(*) from sa.log_head h where not exists (select from sa.log_checkpoint c where c.tree_size = h.tree_size)
        """;

    [Theory]
    [InlineData("HeadCommitted")]
    [InlineData("CheckpointSigned")]
    [InlineData("CheckpointRemembered")]
    public async Task After_a_kill_at_any_step_another_signer_seals_the_same_head(string step)
    {
        var doomed = await StartSignerAsync("doomed-sealer", nameof(Lane.Log), untilReady: false, ("Signer__UnsafeKillAt", step));
        // Both sealers take turns: whoever looks first has the next head.
        await Eventually.TrueAsync(
            async () =>
            {
                await new AppendLogEntries(Running.Postgres.Connect("sa_api", Running.Database)).AppendAsync([Something()]);
                return doomed.Process.HasExited;
            },
            "the doomed one has its turn"
        );
        Assert.Equal(KilledBySignal9, await doomed.Process.WaitForExitAsync(TimeSpan.FromSeconds(5)));

        // Each head has its note, the one that the dead Signer left behind too.
        await Eventually.TrueAsync(
            async () => await Authority.Database.ScalarAsync<long>(UnsignedHeads) == 0,
            "the other sealer signs what was left behind"
        );
        Assert.True(await Authority.Database.ScalarAsync<long>("select count(*) - count(distinct tree_size) from sa.log_signing") >= 1);
        await Running.VerifyLogAsync();
    }

    [Fact]
    public async Task A_signer_whose_memory_is_of_another_key_says_so_and_seals_nothing()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = new NoteKey(Origin, other.ExportSubjectPublicKeyInfo());
        var body = new Checkpoint(Origin, 1, SHA256.HashData("a tree"u8)).Body();
        var signature = other.SignData(Encoding.UTF8.GetBytes(body), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var state = Path.Combine(Running.Scratch, "another-key.state");
        await File.WriteAllTextAsync(
            state,
            new SealedHead(SignedNote.Format(body, key.Name, key.Id, signature), DateTimeOffset.UtcNow).Format()
        );

        var suspicious = await StartSignerAsync("suspicious", nameof(Lane.Log), untilReady: false, ("Log__StateFile", state));

        Assert.Contains("signed with another key", await StoppedAsync(suspicious));
        await RequireAlarmAsync(suspicious, "The log is NOT sealed any more (AnotherKey)");
    }

    [Fact]
    public async Task A_signer_whose_state_file_is_damaged_says_so_and_seals_nothing()
    {
        var state = Path.Combine(Running.Scratch, "damaged.state");
        await File.WriteAllTextAsync(state, "what a full disk left");

        var suspicious = await StartSignerAsync("damaged", nameof(Lane.Log), untilReady: false, ("Log__StateFile", state));

        Assert.Contains("is damaged", await StoppedAsync(suspicious));
        await RequireAlarmAsync(suspicious, "The log is NOT sealed any more (DamagedState)");
    }

    [Fact]
    public async Task A_signer_that_finds_an_older_database_than_it_signed_says_so_and_seals_nothing()
    {
        // As empty as a database can be: all that it lacks was signed for.
        var empty = await Running.Postgres.CreateDatabaseAsync();
        // And what reconciliation, which is due at once in a new database, can find.
        await Running
            .Postgres.Connect(PostgresCluster.Superuser, empty)
            .ExecuteAsync(
                """
                alter table sa.log_signing drop constraint log_signing_tree_size_fkey;
                insert into sa.log_signing (tree_size, signer) values (900, 'signer/gone')
                """
            );
        var remembered = Path.Combine(Running.Scratch, "rolled-back.state");
        await Eventually.TrueAsync(
            () => Task.FromResult(File.Exists(Running.LogStateFile(FaultedAuthority.Sealer))),
            "the sealer remembers"
        );
        File.Copy(Running.LogStateFile(FaultedAuthority.Sealer), remembered, overwrite: true);

        var suspicious = await StartSignerAsync(
            "rolled-back",
            nameof(Lane.Log),
            untilReady: false,
            ("Log__StateFile", remembered),
            ("Database__Connection", Running.Postgres.ConnectionString("sa_signer", empty))
        );

        Assert.Contains("The database was rolled back: it has 0 sealed entries", await StoppedAsync(suspicious));
        using var plain = new HttpClient();
        Assert.Contains(
            "signing_authority_log_ok 0",
            await plain.GetStringAsync(new Uri(Running.SignerHealth(suspicious.Name), "/metrics"))
        );
        await RequireAlarmAsync(suspicious, "The log is NOT sealed any more (RolledBack)");
        await RequireAlarmAsync(suspicious, "Evidence: 1 DIFFERENCES between what was signed, recorded and logged");
        Assert.Equal(
            0,
            await Running.Postgres.Connect(PostgresCluster.Superuser, empty).ScalarAsync<long>("select count(*) from sa.log_head")
        );
    }

    [Fact]
    public async Task Differences_show_in_readiness_and_metrics_and_stop_nothing()
    {
        using var plain = new HttpClient();
        await Authority.Database.ExecuteAsync(
            """
            insert into sa.log_reconciliation
                (started_at, is_whole, from_size, to_size, root_hash, issuers, intents, certificates, failed, under_way, signings, differences)
            values (now(), true, 0, 1, sha256('x'), '{}', 1, 1, 0, 0, 1, '[{"where": "leaf 7", "message": "another"}]')
            """
        );

        var health = Running.SignerHealth(FaultedAuthority.Sealer);
        Assert.Contains("\"detail\":\"leaf 7: another\"", await plain.GetStringAsync(health));
        Assert.Contains("signing_authority_reconciliation_differences 1", await plain.GetStringAsync(new Uri(health, "/metrics")));
        // 503, since no lane but the log's is served here.
        using var ready = await plain.GetAsync(new Uri(Running.PlainAddress, "health/ready"));
        var door = await ready.Content.ReadAsStringAsync();
        Assert.Contains("\"evidence\":{\"status\":\"differences\",\"detail\":\"1 differences: leaf 7: another\"}", door);

        var agreed = (await Running.RunSignerVerbAsync("sa_operator", "log", "reconcile", "--whole")).MustSucceed();
        Assert.StartsWith("All agrees", agreed.Output);
        Assert.Contains("\"evidence\":{\"status\":\"ok\"", await plain.GetStringAsync(health));
    }

    /// <summary>Its log has the line, as a critical one.</summary>
    private static Task RequireAlarmAsync(RunningSigner signer, string line) =>
        Eventually.TrueAsync(
            async () =>
                (await File.ReadAllTextAsync(signer.Process.LogFile)).Split('\n') is var lines
                && Array.FindIndex(lines, said => said.Contains(line)) is var at and >= 0
                && lines[Math.Max(0, at - 1)..(at + 1)].Any(said => said.Contains("crit", StringComparison.OrdinalIgnoreCase)),
            "a critical line: " + line
        );

    private static RootsDownloaded Something() =>
        new()
        {
            At = DateTimeOffset.UtcNow,
            Actor = "anonymous",
            Name = "sipura",
            Format = "pem",
        };

    private async Task<string> StoppedAsync(RunningSigner signer)
    {
        using var plain = new HttpClient();
        var said = "";
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    said = await (await plain.GetAsync(Running.SignerHealth(signer.Name))).Content.ReadAsStringAsync();
                }
                catch (HttpRequestException)
                {
                    // It does not listen yet.
                }

                return said.Contains("not sealed");
            },
            "the Signer says that it seals nothing: " + said
        );
        return said;
    }
}
