using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Requests;
using Xunit;

namespace SigningAuthority.IntegrationTests.Faults;

/// <summary>One test of faults: the Signers it started end with it, however it ends.</summary>
[Collection(FaultTests.Name)]
public abstract class FaultScenario(FaultedAuthority authority) : IAsyncLifetime
{
    /// <summary>How long a dead Signer's work waits for another one.</summary>
    protected const int LeaseSeconds = 2;

    private static int _started;
    private readonly List<BackgroundProcess> _signers = [];

    private protected FaultedAuthority Authority => authority;

    private protected RunningAuthority Running => authority.Running;

    public Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync()
    {
        foreach (var signer in _signers)
            await signer.DisposeAsync();
    }

    /// <param name="name">For its log file.</param>
    /// <param name="lanes">Separated by commas.</param>
    /// <param name="settings">Beyond or instead of the usual.</param>
    /// <param name="untilReady">False for one that may die before it could say so.</param>
    private protected async Task<RunningSigner> StartSignerAsync(
        string name,
        string lanes = $"{nameof(Lane.Provider)},{nameof(Lane.Device)}",
        bool untilReady = true,
        params (string Key, string Value)[] settings
    )
    {
        var unique = $"{name}-{Interlocked.Increment(ref _started)}";
        var environment = new Dictionary<string, string> { ["Signer__Lanes"] = lanes, ["Signer__LeaseSeconds"] = $"{LeaseSeconds}" };
        foreach (var (key, value) in settings)
            environment[key] = value;
        var process = await Running.StartSignerAsync(unique, environment, untilReady);
        _signers.Add(process);
        return new RunningSigner(unique, process);
    }
}

/// <summary>A Signer with the name it was started by.</summary>
internal sealed record RunningSigner(string Name, BackgroundProcess Process);
