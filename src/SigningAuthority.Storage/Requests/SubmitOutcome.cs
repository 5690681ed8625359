namespace SigningAuthority.Storage.Requests;

/// <summary>Which promise of uniqueness kept a request out of the queue; the first that applies, in this order.</summary>
public enum Conflict
{
    None,

    /// <summary>The caller repeats itself: the same key with the same CSR, devices and note. The existing row is the answer.</summary>
    IdempotencyKey,

    /// <summary>The caller used the key before for another request.</summary>
    IdempotencyKeyReused,

    /// <summary>The device has a request already; the same CSR makes it a repetition, which is the caller's to tell.</summary>
    Mac,

    /// <summary>The unit had a certificate for this key, which was revoked when it got another one; the newest row is given.</summary>
    Superseded,

    Serial,

    /// <summary>Another device has this key.</summary>
    PublicKey,

    /// <summary>The unit's address or label is held by a reservation for another draw; no row is in the way.</summary>
    Reserved,

    /// <summary>All units of the production order are drawn; no row is in the way.</summary>
    OrderQuantity,

    /// <summary>As many units of the production order were reissued as it has; no row is in the way.</summary>
    OrderReissues,
}

/// <summary>What became of one submitted request.</summary>
/// <param name="Inserted">It is in the queue, and its entry in the log.</param>
/// <param name="Existing">The row it collided with; null when inserted, when the order has no unit left, and when the unit is reserved.</param>
public sealed record SubmitOutcome(bool Inserted, SigningRequestRecord? Existing, Conflict Conflict)
{
    internal static SubmitOutcome Accepted { get; } = new(true, null, Conflict.None);

    internal static SubmitOutcome Reserved { get; } = new(false, null, Conflict.Reserved);

    internal static SubmitOutcome Exhausted { get; } = new(false, null, Conflict.OrderQuantity);

    internal static SubmitOutcome ReissuesExhausted { get; } = new(false, null, Conflict.OrderReissues);
}
