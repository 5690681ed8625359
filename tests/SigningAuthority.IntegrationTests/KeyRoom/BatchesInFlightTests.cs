using SigningAuthority.Issuance.Keys;
using SigningAuthority.Signer.Lanes;
using Xunit;

namespace SigningAuthority.IntegrationTests.KeyRoom;

/// <summary>What becomes of a fault in a batch that nobody waits for just then.</summary>
public sealed class BatchesInFlightTests
{
    private readonly KeyStoreException _fault = new("The token is away.", isTransient: true);
    private readonly List<Exception> _told = [];

    [Fact]
    public async Task A_fault_is_told_once_and_when_it_happens()
    {
        var inFlight = new BatchesInFlight(3, _told.Add);
        var end = new TaskCompletionSource();
        inFlight.Add(new BegunBatch(1, end.Task));
        Assert.Empty(_told);

        end.SetException(_fault);

        Assert.Same(_fault, Assert.Single(_told));
        Assert.Same(_fault, await Assert.ThrowsAsync<KeyStoreException>(inFlight.MakeRoomAsync));
        Assert.Single(_told);
        Assert.True(inFlight.IsEmpty);
    }

    [Fact]
    public async Task Draining_waits_for_all_and_gives_the_faults_that_nobody_has_seen()
    {
        var inFlight = new BatchesInFlight(3, _told.Add);
        var (good, bad) = (new TaskCompletionSource(), new TaskCompletionSource());
        inFlight.Add(new BegunBatch(1, bad.Task));
        inFlight.Add(new BegunBatch(1, good.Task));
        bad.SetException(_fault);

        var drained = inFlight.DrainAsync();
        Assert.False(drained.IsCompleted);
        good.SetResult();

        Assert.Same(_fault, Assert.Single(await drained));
        Assert.True(inFlight.IsEmpty);
        await inFlight.MakeRoomAsync();
    }
}
