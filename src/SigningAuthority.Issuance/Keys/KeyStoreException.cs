namespace SigningAuthority.Issuance.Keys;

/// <summary>A fault of a key store: a token that is away, a wrong PIN, a key that is not there. Never holds a secret.</summary>
public sealed class KeyStoreException : Exception
{
    public KeyStoreException(string message, bool isTransient, Exception? innerException = null)
        : base(message, innerException) => IsTransient = isTransient;

    /// <summary>
    /// True when waiting can mend it (the token is away): work keeps its place in the queue and no attempt is counted.
    /// False when a person must act (no such key, PIN wrong or locked).
    /// </summary>
    public bool IsTransient { get; }
}
