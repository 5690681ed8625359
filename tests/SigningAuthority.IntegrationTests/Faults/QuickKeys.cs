using System.Security.Cryptography;
using SigningAuthority.Client.Stations.Simulation;

namespace SigningAuthority.IntegrationTests.Faults;

/// <summary>RSA-2048 keys by the thousand, combined out of a hundred primes. For tests only: whoever has two has the factors of both.</summary>
internal static class QuickKeys
{
    private const int Most = 4500;
    private static readonly Lazy<PairedPrimes> Pairs = new(() => new PairedPrimes(PairedPrimes.Draw(Most)));
    private static int s_next = -1;

    /// <summary>A key that was not given before; the caller's to dispose.</summary>
    public static RSA Next()
    {
        var number = Interlocked.Increment(ref s_next);
        return number < Most ? Pairs.Value.Key(number) : throw new InvalidOperationException("Draw more primes.");
    }
}
