using SigningAuthority.IssuanceLog.Entries;

namespace SigningAuthority.IssuanceLog.Tiles;

/// <summary>
/// What must hold among the entries of a range, as far as the range shows it; of the whole log <see cref="VerifyLog"/> tells more.
/// It takes the entries in the log's order. Not thread-safe.
/// </summary>
/// <param name="from">The range's first index.</param>
public sealed class RangeChecks(long from)
{
    private readonly VerificationState _state = new();

    /// <summary>At most <see cref="VerificationState.MostFindings"/>.</summary>
    public IReadOnlyList<LogFinding> Findings => _state.Findings;

    /// <summary>Certificates issued in the range whose intent must lie before it; none where it begins with the log.</summary>
    public long IntendedBefore => _state.IntendedBefore;

    public void Take(StoredEntry entry, long index) => EntryChecks.Check(_state, entry, index, knowsAll: from == 0);

    /// <summary>What the caller found.</summary>
    public void Find(string code, string message, long index) => _state.Find(code, message, index);
}
