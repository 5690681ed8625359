using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SigningAuthority.Issuance.Keys;

namespace SigningAuthority.Signer.Keys;

/// <summary>
/// Whether the keys can be used. Lanes claim nothing while they can't (<see cref="WaitUntilOkAsync"/>), so that requests
/// wait in the queue and lose no attempt; readiness tells it. Probed, never by signing: a lane's fault makes it look at once.
/// </summary>
internal sealed class TokenHealth(IKeyStore store, TimeProvider time, ILogger<TokenHealth> logger) : BackgroundService
{
    private static readonly TimeSpan WhileOk = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WhileAway = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _lookNow = new(0);
    private readonly Lock _changing = new();
    private TaskCompletionSource _becameOk = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private State _state = new(IsOk: false, "not probed yet", default);

    /// <summary>What is known now.</summary>
    public State Current => Volatile.Read(ref _state);

    /// <summary>Completes when the keys can be used, at once when they can.</summary>
    public Task WaitUntilOkAsync(CancellationToken cancel)
    {
        lock (_changing)
            return Current.IsOk ? Task.CompletedTask : _becameOk.Task.WaitAsync(cancel);
    }

    /// <summary>A lane could not use its key: what it saw counts until the next probe, which comes at once.</summary>
    public void Report(KeyStoreException fault)
    {
        Become(isOk: false, fault.Message);
        _lookNow.Release();
    }

    /// <summary>Probes once and says whether the keys can be used.</summary>
    public bool Look()
    {
        try
        {
            store.Probe();
            Become(isOk: true, store.Describe());
            return true;
        }
        catch (KeyStoreException e)
        {
            Become(isOk: false, e.Message);
            return false;
        }
    }

    public override void Dispose()
    {
        _lookNow.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            // A probe may wait for hardware; it must not hold up the host's start.
            var isOk = await Task.Run(Look, stoppingToken);
            await _lookNow.WaitAsync(isOk ? WhileOk : WhileAway, stoppingToken);
        }
    }

    private void Become(bool isOk, string detail)
    {
        lock (_changing)
        {
            var before = _state;
            _state = new State(isOk, detail, isOk == before.IsOk && before.Since != default ? before.Since : time.GetUtcNow());
            if (isOk)
                _becameOk.TrySetResult();
            else if (_becameOk.Task.IsCompleted)
                _becameOk = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (isOk == before.IsOk && before.Since != default)
                return;
        }

        if (isOk)
            logger.LogInformation("Keys can be used: {Detail}", detail);
        else
            logger.LogWarning("Keys can't be used: {Detail}", detail);
    }

    /// <param name="IsOk">The store answered the last probe and no lane has seen a fault since.</param>
    /// <param name="Detail">The store, or what is wrong with it; holds no secret.</param>
    /// <param name="Since">When it became so.</param>
    internal sealed record State(bool IsOk, string Detail, DateTimeOffset Since);
}
