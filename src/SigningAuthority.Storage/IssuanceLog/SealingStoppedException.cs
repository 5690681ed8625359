namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>What keeps a sequencer from sealing.</summary>
public enum SealingStop
{
    /// <summary>The database has fewer entries than were signed for: yesterday's, or the newest were deleted.</summary>
    RolledBack,

    /// <summary>The database does not hold the tree that was signed: it was rewritten, or another sequencer went on from a copy.</summary>
    AnotherTree,

    /// <summary>The key here, the key that the ceremony recorded and the key that signed so far are not one and the same.</summary>
    AnotherKey,

    /// <summary>The clock here is behind the one that the last head was sealed by.</summary>
    ClockWentBack,
}

/// <summary>
/// Nothing is sealed over an unknown state: what was signed once is kept by others, and a second history would be a forgery, whoever
/// caused it. The runbook says how to go on.
/// </summary>
public sealed class SealingStoppedException(SealingStop reason, string message) : Exception(message)
{
    public SealingStop Reason { get; } = reason;
}
