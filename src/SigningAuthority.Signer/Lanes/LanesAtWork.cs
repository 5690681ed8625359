namespace SigningAuthority.Signer.Lanes;

/// <summary>Whether certificates are being signed in this process: what can wait keeps off the token and the cores meanwhile. Thread-safe.</summary>
internal sealed class LanesAtWork
{
    private int _batches;

    public bool IsBusy => Volatile.Read(ref _batches) > 0;

    public void Begin() => Interlocked.Increment(ref _batches);

    public void End() => Interlocked.Decrement(ref _batches);
}
