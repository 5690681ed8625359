namespace SigningAuthority.Signer.Lanes;

/// <summary>Whether the log lane seals what is appended; readiness and metrics tell it. Thread-safe.</summary>
internal sealed class LogHealth(TimeProvider time)
{
    private const string SealedDetail = "sealed";

    private State _state = new("not looked yet", IsOk: true, Sealed: 0, Since: time.GetUtcNow());

    public State Current => Volatile.Read(ref _state);

    /// <param name="entries">Entries that got their place in this step; 0 when there was nothing to do, or another Signer is at it.</param>
    public void Sealed(int entries)
    {
        var before = Current;
        Volatile.Write(
            ref _state,
            new State(SealedDetail, true, before.Sealed + entries, before is { IsOk: true } ? before.Since : time.GetUtcNow())
        );
    }

    public void Failed(string detail)
    {
        var before = Current;
        Volatile.Write(ref _state, new State(detail, false, before.Sealed, before is { IsOk: false } ? before.Since : time.GetUtcNow()));
    }

    internal sealed record State(string Detail, bool IsOk, long Sealed, DateTimeOffset Since)
    {
        /// <summary>The log was looked at since the start, and is the one that was signed so far.</summary>
        public bool IsKnown => IsOk && Detail == SealedDetail;
    }
}
