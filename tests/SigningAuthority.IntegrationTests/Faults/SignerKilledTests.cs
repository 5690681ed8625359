using Npgsql;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Requests;
using Xunit;

namespace SigningAuthority.IntegrationTests.Faults;

/// <summary>A Signer dies at once (SIGKILL, as in a power cut) at each step of the issuance procedure; another finishes its work.</summary>
public sealed class SignerKilledTests(FaultedAuthority authority) : FaultScenario(authority)
{
    private const int KilledBySignal9 = 128 + 9;
    private const int Devices = 40;
    private const int Certificates = Devices + 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("Claimed", 0, 0)]
    [InlineData("IntentsCommitted", Certificates, 0)]
    [InlineData("Signed", Certificates, 0)]
    [InlineData("CertificatesCommitted", Certificates, Certificates)]
    public async Task After_a_kill_at_any_step_each_request_ends_in_one_certificate_an_authority(string step, int intents, int certificates)
    {
        var work = await Authority.SubmitAsync(servers: 1, devices: Devices);
        foreach (var doomed in await Task.WhenAll(StartDoomedAsync(Lane.Provider, step), StartDoomedAsync(Lane.Device, step)))
            Assert.Equal(KilledBySignal9, await doomed.Process.WaitForExitAsync(Patience));
        var (intended, issued) = (await work.IntentsAsync(), await work.CertificatesAsync());
        Assert.Equal((intents, certificates), (intended.Count, issued.Count));

        await StartSignerAsync("successor");

        await work.RequireIssuedAsync();
        // What was promised before the kill was kept to the byte, not promised anew.
        Assert.Equal(intended.Count == 0 ? Certificates : 0, (await work.IntentsAsync()).Except(intended).Count());
        Assert.Empty(issued.Except(await work.CertificatesAsync()));
    }

    [Theory]
    [InlineData("sa.intent")]
    [InlineData("sa.certificate")]
    public async Task After_a_kill_during_a_commit_that_hangs_another_signer_finishes(string table)
    {
        await using var blocker = await Authority.Database.OpenConnectionAsync();
        await using var transaction = await blocker.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand($"lock table {table} in exclusive mode", blocker))
            await command.ExecuteNonQueryAsync();
        var work = await Authority.SubmitAsync(servers: 1, devices: Devices);
        var doomed = await StartSignerAsync("doomed");
        await Eventually.TrueAsync(async () => await WaitersForAsync(table) == 2, "both lanes hang in their commit");

        await doomed.Process.KillAsync();
        await StartSignerAsync("successor");
        await transaction.RollbackAsync();

        await work.RequireIssuedAsync();
    }

    [Fact]
    public async Task After_a_kill_with_several_batches_on_their_way_each_request_ends_in_the_certificate_that_was_intended()
    {
        const int batch = 10;
        const int onTheirWay = 3 * batch;
        await using var blocker = await Authority.Database.OpenConnectionAsync();
        await using var transaction = await blocker.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("lock table sa.certificate in exclusive mode", blocker))
            await command.ExecuteNonQueryAsync();
        var work = await Authority.SubmitAsync(devices: Devices);
        var doomed = await StartSignerAsync("doomed", nameof(Lane.Device), settings: ("Signer__BatchLimit", $"{batch}"));
        // The next batches are begun while the first one's commit hangs, but not all that there are.
        await Eventually.TrueAsync(async () => await WaitersForAsync("sa.certificate") == 3, "three batches hang in their commit");
        var intended = await work.IntentsAsync();
        Assert.Equal(onTheirWay, intended.Count);

        await doomed.Process.KillAsync();
        await StartSignerAsync("successor");
        await transaction.RollbackAsync();

        await work.RequireIssuedAsync();
        Assert.Empty(intended.Except(await work.IntentsAsync()));
    }

    private Task<RunningSigner> StartDoomedAsync(Lane lane, string step) =>
        StartSignerAsync("doomed", lane.ToString(), untilReady: false, ("Signer__UnsafeKillAt", step));

    private Task<long> WaitersForAsync(string table) =>
        Authority.Database.ScalarAsync<long>($"select count(*) from pg_locks where relation = '{table}'::regclass and not granted");
}
