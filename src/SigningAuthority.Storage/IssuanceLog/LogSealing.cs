using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>What a sequencer needs beyond the database.</summary>
public sealed record LogSealing
{
    /// <summary>The log's own; its name is the log's origin, first line of each checkpoint.</summary>
    public required NoteKey Key { get; init; }

    /// <summary>
    /// Makes the signed note of a checkpoint's body (C2SP signed-note). Called when the head is durable; what it throws leaves that
    /// head pending.
    /// </summary>
    public required Func<string, CancellationToken, ValueTask<string>> Sign { get; init; }

    /// <summary>Who asks the key, for the account of its signatures.</summary>
    public required string Signer { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What this sequencer signed last; null where it has never signed.</summary>
    public SealedHead? Remembered { get; init; }

    /// <summary>Keeps what was signed, durably, before anybody else sees it.</summary>
    public Action<SealedHead> Remember { get; init; } = _ => { };

    /// <summary>By how much clocks of several sequencers may differ.</summary>
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Heads of up to this many entries say nothing about the time: somebody has looked into why they were ahead of it.</summary>
    public long ClockAcceptedUpTo { get; init; }
}
