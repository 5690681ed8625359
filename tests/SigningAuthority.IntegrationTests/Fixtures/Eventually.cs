using System.Diagnostics;

namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>Waits for what must come to pass, and says what it waited for when it does not.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    public static async Task TrueAsync(Func<Task<bool>> isSo, string what, TimeSpan? patience = null)
    {
        for (var waited = Stopwatch.StartNew(); !await isSo(); await Task.Delay(Pause(waited.Elapsed)))
        {
            if (waited.Elapsed > (patience ?? Patience))
                throw new TimeoutException($"Waited {patience ?? Patience} in vain: {what}");
        }
    }

    // What takes long is asked for less often: callers have limits, and the machine has other things to do.
    private static TimeSpan Pause(TimeSpan waited) =>
        TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, TimeSpan.FromMilliseconds(50).Ticks + waited.Ticks / 20));
}
