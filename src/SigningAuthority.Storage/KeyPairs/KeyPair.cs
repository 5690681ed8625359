using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Storage.KeyPairs;

public enum KeyPairState
{
    /// <summary>The key room is to make it.</summary>
    Wanted,

    /// <summary>Made; the envelope waits for its station.</summary>
    Made,

    /// <summary>The key room would not make it.</summary>
    Refused,

    /// <summary>Made; the envelope is gone.</summary>
    Erased,

    /// <summary>An operator gave it up, so that the unit can be drawn again; the envelope is gone.</summary>
    Abandoned,
}

/// <summary>A key pair that the key room makes, or made, for a unit. Its private key is nowhere but in the envelope.</summary>
public sealed record KeyPair
{
    public required Guid Id { get; init; }

    public required Guid OrderId { get; init; }

    /// <summary>The station for whose certificate the envelope is.</summary>
    public required Guid StationId { get; init; }

    /// <summary>12 upper-case hexadecimal digits.</summary>
    public required string Mac { get; init; }

    public required string Serial { get; init; }

    public required string Product { get; init; }

    /// <summary>1 for a unit's first key; that of a reissue has the reissue's number.</summary>
    public int Issue { get; init; } = 1;

    public required string RequestedBy { get; init; }

    /// <summary>Set by the database.</summary>
    public DateTimeOffset RequestedAt { get; init; }

    public KeyPairState State { get; init; }

    /// <summary>DER of the request that the key signed; set once it is made.</summary>
    public byte[]? Csr { get; init; }

    /// <summary>Over the DER of the SubjectPublicKeyInfo; set once it is made.</summary>
    public byte[]? PublicKeySha256 { get; init; }

    /// <summary>Over the DER of the recipient's certificate; set once it is made.</summary>
    public byte[]? RecipientSha256 { get; init; }

    /// <summary>DER; set exactly while <see cref="KeyPairState.Made"/>.</summary>
    public byte[]? Envelope { get; init; }

    public DateTimeOffset? MadeAt { get; init; }

    /// <summary>Why the key room refused; empty in any other state.</summary>
    public IReadOnlyList<Violation> Violations { get; init; } = [];

    public DateTimeOffset? ErasedAt { get; init; }
}
