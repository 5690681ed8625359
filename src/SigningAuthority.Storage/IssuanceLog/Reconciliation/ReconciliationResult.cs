using SigningAuthority.IssuanceLog.Entries;

namespace SigningAuthority.Storage.IssuanceLog.Reconciliation;

/// <summary>What a comparison found.</summary>
/// <param name="IsWhole">From the first entry on.</param>
/// <param name="From">The first entry that was read.</param>
/// <param name="To">Behind the last.</param>
/// <param name="Failed">Intents without a certificate whose request failed.</param>
/// <param name="UnderWay">Intents that are still to be signed.</param>
/// <param name="Signings">How often the log's key was asked for a checkpoint's signature.</param>
/// <param name="Differences">At most <see cref="LogVerification.MaximumDefects"/>.</param>
public sealed record ReconciliationResult(
    bool IsWhole,
    long From,
    long To,
    long Intents,
    long Certificates,
    long Failed,
    long UnderWay,
    long Signings,
    IReadOnlyList<LogDefect> Differences
)
{
    public bool IsSound => Differences.Count == 0;

    internal ReconciliationRun ToEntry(DateTimeOffset at, string actor) =>
        new()
        {
            At = at,
            Actor = actor,
            Whole = IsWhole,
            FromIndex = From,
            ToIndex = To,
            Intents = Intents,
            Certificates = Certificates,
            Failed = Failed,
            UnderWay = UnderWay,
            Signings = Signings,
            Differences = Differences.Count,
        };
}
