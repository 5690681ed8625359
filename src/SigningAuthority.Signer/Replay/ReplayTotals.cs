namespace SigningAuthority.Signer.Replay;

/// <summary>What a replay counted; its size does not grow with the requests.</summary>
internal sealed class ReplayTotals
{
    private readonly Dictionary<DifferenceKind, long> _kinds = [];
    private readonly SortedDictionary<string, long> _codes = new(StringComparer.Ordinal);

    public long Requests { get; set; }

    public long Differences => _kinds.Values.Sum();

    /// <summary>How many requests would be refused that are accepted now, by the codes of the rules they break.</summary>
    public IReadOnlyDictionary<string, long> Codes => _codes;

    public long Count(DifferenceKind kind) => _kinds.GetValueOrDefault(kind);

    public void Add(Difference difference)
    {
        _kinds[difference.Kind] = Count(difference.Kind) + 1;
        if (difference.Kind != DifferenceKind.NowRefused)
            return;
        foreach (var code in difference.After.Codes)
            _codes[code] = _codes.GetValueOrDefault(code) + 1;
    }
}
