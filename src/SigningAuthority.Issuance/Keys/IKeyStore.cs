namespace SigningAuthority.Issuance.Keys;

/// <summary>Where private keys live: a PKCS#11 token, or a folder of encrypted files. Thread-safe.</summary>
/// <remarks>Every member but <see cref="Describe"/> throws <see cref="KeyStoreException"/> for a fault of the store.</remarks>
public interface IKeyStore : IDisposable
{
    /// <summary>One line for transcripts, logs and health: what store this is. Holds no secret, touches no hardware.</summary>
    string Describe();

    /// <summary>
    /// Asks the store itself, not a memory of it, whether it can be used: what readiness rests on. Uses no private key.
    /// </summary>
    void Probe();

    /// <summary>Whether a private key of this label is there. Finds it without using it: no signature is made.</summary>
    bool Exists(string label);

    /// <summary>Opens the key of this label.</summary>
    /// <exception cref="KeyStoreException">No key has the label (not transient), or the store is away (transient).</exception>
    SigningKey Open(string label);

    /// <summary>Makes a new key that can't leave the store, and opens it.</summary>
    /// <exception cref="KeyStoreException">A key of this label is there already (not transient), or the store is away.</exception>
    SigningKey Create(string label, KeyAlgorithm algorithm);
}
