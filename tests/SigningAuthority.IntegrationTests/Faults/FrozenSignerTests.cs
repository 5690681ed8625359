using Npgsql;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Signer.Schedules;
using Xunit;

namespace SigningAuthority.IntegrationTests.Faults;

/// <summary>A Signer stands still (a paused machine, say) for longer than its lease, and comes back when another has done its work.</summary>
public sealed class FrozenSignerTests(FaultedAuthority authority) : FaultScenario(authority)
{
    [Theory]
    [InlineData("Claimed")]
    [InlineData("IntentsCommitted")]
    [InlineData("Signed")]
    public async Task A_signer_that_comes_back_after_its_lease_changes_nothing_and_serves_on(string step)
    {
        var work = await Authority.SubmitAsync(devices: 40);
        var late = await StartSignerAsync("late", nameof(Lane.Device), untilReady: false, ("Signer__UnsafeFreezeAt", step));
        await Eventually.TrueAsync(() => Task.FromResult(late.Process.IsFrozen), "the Signer stands still");

        var other = await StartSignerAsync("other", nameof(Lane.Device));
        await work.RequireIssuedAsync();
        var (intents, certificates) = (await work.IntentsAsync(), await work.CertificatesAsync());
        await other.Process.StopAsync();

        late.Process.Thaw();
        // Nobody else is there to do this.
        var more = await Authority.SubmitAsync(devices: 5);
        await Standstill.ExplainAsync(
            Running,
            [late.Process],
            async () =>
            {
                await more.RequireIssuedAsync();
                return true;
            }
        );

        Assert.Equal(intents, await work.IntentsAsync());
        Assert.Equal(certificates, await work.CertificatesAsync());
        // Of Quartz a transaction may have been cut while it stood still; it is started again then.
        var schedules = $"fail: {typeof(RunSchedules).FullName}";
        Assert.DoesNotContain("fail: SigningAuthority", late.Process.LogTail().Replace(schedules, "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_signer_that_stands_still_with_the_lock_of_the_schedules_keeps_no_other_from_starting()
    {
        var first = await StartSignerAsync("first", nameof(Lane.Device));
        await first.Process.StopAsync();
        await using var frozen = new NpgsqlConnection(
            ScheduledWork.QuartzConnection(Running.Postgres.ConnectionString("sa_signer", Running.Database))
        );
        await frozen.OpenAsync();
        await using var transaction = await frozen.BeginTransactionAsync();
        await using (var locking = new NpgsqlCommand("select lock_name from quartz.qrtz_locks for update", frozen))
            Assert.NotNull(await locking.ExecuteScalarAsync());

        var other = await StartSignerAsync("other", nameof(Lane.Device));

        Assert.DoesNotContain("fail:", other.Process.LogTail());
    }

    [Fact]
    public async Task A_signer_whose_schedules_can_not_be_started_signs_and_starts_them_later()
    {
        var superuser = Running.Postgres.Connect(PostgresCluster.Superuser, Running.Database);
        var before = await StartSignerAsync("before", nameof(Lane.Device));
        await before.Process.StopAsync();
        await superuser.ExecuteAsync("delete from quartz.qrtz_scheduler_state; alter schema quartz rename to quartz_away");
        RunningSigner signer;
        try
        {
            signer = await StartSignerAsync("signer", nameof(Lane.Device));
            await (await Authority.SubmitAsync(devices: 3)).RequireIssuedAsync();
            await Eventually.TrueAsync(
                async () => (await File.ReadAllTextAsync(signer.Process.LogFile)).Contains("could not be started"),
                "it says so"
            );
        }
        finally
        {
            await superuser.ExecuteAsync("alter schema quartz_away rename to quartz");
        }

        await Eventually.TrueAsync(
            // The other is that of the Signer which seals.
            async () => await superuser.ScalarAsync<long>("select count(*) from quartz.qrtz_scheduler_state") == 2,
            "its schedules run"
        );
        await signer.Process.StopAsync();
        Assert.Equal(0, signer.Process.ExitCode);
    }
}
