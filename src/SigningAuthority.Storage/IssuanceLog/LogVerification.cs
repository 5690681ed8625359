namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>Something in the database that can't have come about by the normal path.</summary>
/// <param name="Where">"leaf 12", "checkpoint 100", "request … authority …".</param>
public sealed record LogDefect(string Where, string Message);

/// <summary>What a verification of everything stored found.</summary>
/// <param name="Leaves">Entries that have their place, all of them verified.</param>
/// <param name="Unplaced">Entries that still wait for theirs.</param>
/// <param name="Defects">At most <see cref="MaximumDefects"/>; none when all is sound.</param>
public sealed record LogVerification(long Leaves, long Unplaced, long Checkpoints, long Certificates, IReadOnlyList<LogDefect> Defects)
{
    public const int MaximumDefects = 100;

    public bool IsSound => Defects.Count == 0;
}

/// <summary>Collects defects, up to the maximum.</summary>
internal sealed class LogDefects
{
    private readonly List<LogDefect> _found = [];

    internal IReadOnlyList<LogDefect> Found => _found;

    internal void Require(bool holds, string where, string message)
    {
        if (!holds && _found.Count < LogVerification.MaximumDefects)
            _found.Add(new LogDefect(where, message));
    }
}
