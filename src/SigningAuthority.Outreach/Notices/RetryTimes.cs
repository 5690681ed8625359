namespace SigningAuthority.Outreach.Notices;

/// <summary>When a notice that was not taken is tried again: twice as long after each failure, never all at the same moment.</summary>
internal static class RetryTimes
{
    private const double Jitter = 0.2;

    /// <param name="attempts">So far, at least one.</param>
    /// <param name="left">Until it is given up; the last attempt is made then.</param>
    /// <param name="random">From 0 inclusive to 1 exclusive.</param>
    /// <returns>Null when it is given up now.</returns>
    public static TimeSpan? Next(int attempts, TimeSpan left, DeliverySettings settings, double random)
    {
        if (left <= TimeSpan.Zero)
            return null;
        var doubled = settings.FirstRetry * Math.Pow(2, Math.Min(attempts - 1, 30));
        var bounded = doubled < settings.LongestRetry ? doubled : settings.LongestRetry;
        var spread = bounded * (1 - Jitter + 2 * Jitter * random);
        return spread < left ? spread : left;
    }
}
