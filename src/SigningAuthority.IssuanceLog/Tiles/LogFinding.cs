namespace SigningAuthority.IssuanceLog.Tiles;

/// <summary>Something in a log that can't have come about by the normal path.</summary>
/// <param name="Code">One of <see cref="LogFindingCodes"/>: stable.</param>
/// <param name="Message">A sentence for people. What it quotes from entries is cut and free of control characters.</param>
/// <param name="Index">The entry's place in the log, or the first place that is touched; null where it has none.</param>
public sealed record LogFinding(string Code, string Message, long? Index = null)
{
    public override string ToString() => Index is { } index ? $"{Code}: at index {index}: {Message}" : $"{Code}: {Message}";
}

/// <summary>What a verification may find.</summary>
public static class LogFindingCodes
{
    /// <summary>An entry's bytes are not those that the signed tree holds.</summary>
    public const string EntryAltered = "entry-altered";

    /// <summary>An entry's bytes are in no form that the log writes.</summary>
    public const string EntryUnreadable = "entry-unreadable";

    /// <summary>A tile's hashes are not those of the tree.</summary>
    public const string TileAltered = "tile-altered";

    /// <summary>A tile is shorter or longer than its path says, or a bundle is not made of as many entries.</summary>
    public const string TileTruncated = "tile-truncated";

    /// <summary>A tile of the signed tree can't be had.</summary>
    public const string TileMissing = "tile-missing";

    /// <summary>The entries make another root than the one that was signed.</summary>
    public const string RootMismatch = "root-mismatch";

    /// <summary>A larger tree was signed before: the newest entries are gone.</summary>
    public const string RolledBack = "log-rolled-back";

    /// <summary>A tree was signed before that this one does not begin with: two histories.</summary>
    public const string Fork = "fork";

    /// <summary>An entry is much older than one before it: the clock went back, or it was inserted with an old date.</summary>
    public const string ClockWentBack = "clock-went-back";

    /// <summary>An issuer's sequence leaves numbers out, repeats some, or is missing where it was there before.</summary>
    public const string IssuerSequenceBroken = "issuer-sequence-broken";

    /// <summary>A certificate was issued that no entry before it intended in just these bytes.</summary>
    public const string IssuedWithoutIntent = "issued-without-intent";

    /// <summary>A serial number was intended again before the first certificate was issued.</summary>
    public const string IntendedTwice = "intended-twice";
}
