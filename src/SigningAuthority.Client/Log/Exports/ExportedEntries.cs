using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.IssuanceLog.Tiles;

namespace SigningAuthority.Client.Log.Exports;

/// <summary>
/// What must hold among the entries of an export, as far as the range shows it; of the whole log a verification tells more. Takes them
/// in order.
/// </summary>
internal sealed class ExportedEntries(long from)
{
    private const int MostFindings = 100;

    // As a verification of the log allows it.
    private static readonly TimeSpan Disorder = TimeSpan.FromMinutes(10);

    private readonly SortedDictionary<string, long> _types = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, IssuerSpan> _issuers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _intended = [];
    private readonly List<LogFinding> _findings = [];
    private DateTimeOffset _latest = DateTimeOffset.MinValue;

    /// <summary>The index that the next entry must have.</summary>
    public long Next => from + Count;

    public long Count { get; private set; }

    public long IntendedBefore { get; private set; }

    public IReadOnlyDictionary<string, long> Types => _types;

    public IReadOnlyList<IssuerSpan> Issuers => [.. _issuers.Values];

    public IReadOnlyList<LogFinding> Findings => _findings;

    /// <exception cref="LogDefectException">The line's index is not the next one.</exception>
    public void Take(ExportLine line)
    {
        if (line.Index != Next)
            throw new LogDefectException(FindingCodes.RangeNotProven, $"index {Next} should follow, not {line.Index}.", Next);
        Count++;
        try
        {
            Check(StoredEntry.Read(line.Entry), line.Index);
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

    public void Find(string code, string message, long index)
    {
        if (_findings.Count < MostFindings)
            _findings.Add(new LogFinding(code, message, index));
    }

    private void Check(StoredEntry entry, long index)
    {
        _types[entry.Type] = _types.GetValueOrDefault(entry.Type) + 1;
        if (_latest - entry.At > Disorder)
            Find(LogFindingCodes.ClockWentBack, "the entry is much older than one before it.", index);
        _latest = entry.At > _latest ? entry.At : _latest;

        var certificate = $"{entry.Details.GetValueOrDefault("authority")}/{entry.Details.GetValueOrDefault("serialNumber")}";
        var toBeSigned = entry.Details.GetValueOrDefault("toBeSignedSha256", "");
        if (entry.Type == CertificateIntended.TypeName)
        {
            if (!_intended.TryAdd(certificate, toBeSigned))
                Find(LogFindingCodes.IntendedTwice, $"the certificate {certificate} was intended before.", index);
            CheckNumber(entry, index);
        }
        else if (entry.Type == CertificateIssued.TypeName)
        {
            CheckIssued(certificate, toBeSigned, index);
        }
    }

    private void CheckNumber(StoredEntry entry, long index)
    {
        if (!entry.Details.TryGetValue("authority", out var authority))
        {
            Find(LogFindingCodes.EntryUnreadable, "an intent names no certificate.", index);
            return;
        }

        // An authority's first is number 1, which an export from the log's beginning has; behind a number all have one
        // (IssuanceLog/Entries/README.md).
        var span = _issuers.GetValueOrDefault(authority);
        var next =
            span is not null ? span.Last + 1
            : from == 0 ? 1
            : entry.IssuerSequence;
        if (entry.IssuerSequence is not { } number)
        {
            if (span is not null)
                Find(
                    LogFindingCodes.IssuerSequenceBroken,
                    $"{authority}'s certificate {next} should follow, not one without number.",
                    index
                );
            return;
        }

        if (number != next)
            Find(LogFindingCodes.IssuerSequenceBroken, $"{authority}'s certificate {next} should follow, not {number}.", index);
        _issuers[authority] = span is null
            ? new IssuerSpan(authority, number, number, 1)
            : span with
            {
                First = Math.Min(span.First, number),
                Last = Math.Max(span.Last, number),
                Count = span.Count + 1,
            };
    }

    private void CheckIssued(string certificate, string toBeSigned, long index)
    {
        if (_intended.Remove(certificate, out var intended))
        {
            if (intended != toBeSigned)
                Find(
                    LogFindingCodes.IssuedWithoutIntent,
                    $"the certificate {certificate} was issued with other to-be-signed bytes than were intended.",
                    index
                );
        }
        else if (from > 0)
        {
            IntendedBefore++;
        }
        else
        {
            Find(LogFindingCodes.IssuedWithoutIntent, $"the certificate {certificate} was issued, and no entry before intended it.", index);
        }
    }
}
