using SigningAuthority.Signer.Lanes;

namespace SigningAuthority.Signer.Ocsp;

/// <summary>
/// How many questions are answered when: so many a second however many front doors pass them on, and in small steps while certificates are
/// signed, since anybody may ask and the lines pay for it. Thread-safe.
/// </summary>
/// <param name="perSecond">Signed in a second at most; one second's worth may come at once.</param>
internal sealed class AnswerPace(int perSecond, LanesAtWork lanes, TimeProvider time)
{
    private const int WhileBusy = 16;

    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Refill = TimeSpan.FromMilliseconds(50);

    private readonly Lock _taking = new();
    private double _left = perSecond;
    private long _at = time.GetTimestamp();

    /// <summary>Between two batches: none for idle lanes.</summary>
    public TimeSpan Pause => lanes.IsBusy ? BusyPause : TimeSpan.Zero;

    /// <summary>How long to wait when nothing may be taken.</summary>
    public static TimeSpan UntilMore => Refill;

    /// <summary>Takes up to <paramref name="most"/>; what is not used is given back.</summary>
    /// <returns>0 when the second's worth is used up.</returns>
    public int Take(int most)
    {
        lock (_taking)
        {
            var now = time.GetTimestamp();
            _left = Math.Min(perSecond, _left + time.GetElapsedTime(_at, now).TotalSeconds * perSecond);
            _at = now;
            var taken = Math.Min((int)_left, lanes.IsBusy ? Math.Min(most, WhileBusy) : most);
            _left -= taken;
            return taken;
        }
    }

    public void GiveBack(int unused)
    {
        lock (_taking)
            _left += unused;
    }
}
