namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>
/// An entry read back from its stored bytes, to be compared with the columns beside it and with the acts it records. The
/// bytes remain the entry; this is a view of them.
/// </summary>
public sealed record StoredEntry
{
    public required string Type { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Actor { get; init; }

    public string? Subject { get; init; }

    public Guid? RequestId { get; init; }

    public string? Mac { get; init; }

    public string? Serial { get; init; }

    public string? Fingerprint { get; init; }

    /// <summary>The kind's own members that are strings ("authority", "serialNumber", "toBeSignedSha256", …), by name.</summary>
    public required IReadOnlyDictionary<string, string> Details { get; init; }

    /// <summary>Of an entry "certificate.intended", see there; null where it has none.</summary>
    public long? IssuerSequence { get; init; }

    /// <exception cref="FormatException">The bytes are not an entry of this version in its canonical order.</exception>
    public static StoredEntry Read(ReadOnlySpan<byte> bytes) => StoredEntryReader.Read(bytes);
}
