using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.IssuanceLog.Tiles;

namespace SigningAuthority.Client.Log.Exports;

/// <summary>The entries of an export, counted and checked. Takes them in order.</summary>
internal sealed class ExportedEntries(long from)
{
    private readonly RangeChecks _checks = new(from);
    private readonly SortedDictionary<string, long> _types = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, IssuerSpan> _issuers = new(StringComparer.Ordinal);

    /// <summary>The index that the next entry must have.</summary>
    public long Next => from + Count;

    public long Count { get; private set; }

    public long IntendedBefore => _checks.IntendedBefore;

    public IReadOnlyDictionary<string, long> Types => _types;

    public IReadOnlyList<IssuerSpan> Issuers => [.. _issuers.Values];

    public IReadOnlyList<LogFinding> Findings => _checks.Findings;

    /// <exception cref="LogDefectException">The line's index is not the next one.</exception>
    public void Take(ExportLine line)
    {
        if (line.Index != Next)
            throw new LogDefectException(FindingCodes.RangeNotProven, $"index {Next} should follow, not {line.Index}.", Next);
        Count++;
        try
        {
            var entry = StoredEntry.Read(line.Entry);
            _types[entry.Type] = _types.GetValueOrDefault(entry.Type) + 1;
            _checks.Take(entry, line.Index);
            if (
                entry is { Type: CertificateIntended.TypeName, IssuerSequence: { } number }
                && entry.Details.TryGetValue("authority", out var authority)
            )
                Span(authority, number);
        }
        catch (FormatException wrong)
        {
            Find(LogFindingCodes.EntryUnreadable, wrong.Message, line.Index);
        }
    }

    /// <summary>An entry that can't be read has no kind, so where there is one the kinds can't be counted.</summary>
    public bool HasTypes(IEnumerable<(string Type, long Count)> said) =>
        _types.Values.Sum() < Count || said.Order().SequenceEqual(_types.Select(type => (type.Key, type.Value)).Order());

    public void RequireIssuers(IReadOnlyList<IssuerSpan> said)
    {
        if (!said.OrderBy(issuer => issuer.Authority, StringComparer.Ordinal).SequenceEqual(_issuers.Values))
            Find(
                LogFindingCodes.IssuerSequenceBroken,
                "the first line names other numbers of the authorities' certificates than the entries have.",
                from
            );
    }

    public void Find(string code, string message, long index) => _checks.Find(code, message, index);

    private void Span(string authority, long number) =>
        _issuers[authority] = _issuers.TryGetValue(authority, out var span)
            ? span with
            {
                First = Math.Min(span.First, number),
                Last = Math.Max(span.Last, number),
                Count = span.Count + 1,
            }
            : new IssuerSpan(authority, number, number, 1);
}
