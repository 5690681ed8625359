namespace SigningAuthority.Issuance.RevocationLists;

/// <summary>
/// How soon after lists the next may follow: soon for a few in a row, then one each fifteen seconds, so that whoever changes something all
/// day long doesn't fill the database with lists. Not thread-safe.
/// </summary>
public sealed class RevocationListPace
{
    /// <summary>What is revoked in a row goes onto one list rather than onto one each.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    /// <summary>When there are many: far enough below the minute within which a revocation is to be on a list.</summary>
    public static readonly TimeSpan Sustained = TimeSpan.FromSeconds(15);

    /// <summary>So many in a row follow each other soon.</summary>
    public const int InARow = 12;

    // Each list moves it on by what one is to take on average; it is never left behind by the clock.
    private TimeSpan _paidUntil;

    /// <summary>Lists were made.</summary>
    /// <param name="now">Of a clock that nobody sets.</param>
    /// <returns>To wait before the next.</returns>
    public TimeSpan After(TimeSpan now)
    {
        _paidUntil = (_paidUntil > now ? _paidUntil : now) + Sustained;
        var wait = _paidUntil - now - (Sustained * InARow);
        return wait < Least ? Least
            : wait > Sustained ? Sustained
            : wait;
    }
}
