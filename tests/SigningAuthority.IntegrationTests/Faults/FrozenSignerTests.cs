using Npgsql;
using SigningAuthority.IntegrationTests.Fixtures;
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
        await more.RequireIssuedAsync();
        Assert.Equal(intents, await work.IntentsAsync());
        Assert.Equal(certificates, await work.CertificatesAsync());
        // Quartz may say that a transaction of its own was cut while it stood still.
        Assert.DoesNotContain("fail: SigningAuthority", late.Process.LogTail());
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
}
