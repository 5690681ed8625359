using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Requests;
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
        Assert.DoesNotContain("fail:", late.Process.LogTail());
    }
}
