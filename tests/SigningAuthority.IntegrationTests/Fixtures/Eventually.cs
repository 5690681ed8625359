using System.Diagnostics;

namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>Waits for what must come to pass, and says what it waited for when it does not.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task TrueAsync(Func<Task<bool>> isSo, string what, TimeSpan? patience = null)
    {
        for (var waited = Stopwatch.StartNew(); !await isSo(); await Task.Delay(50))
        {
            if (waited.Elapsed > (patience ?? Patience))
                throw new TimeoutException($"Waited {patience ?? Patience} in vain: {what}");
        }
    }
}
