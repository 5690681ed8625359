namespace SigningAuthority.Issuance.WeakKeys;

/// <summary>
/// Recognises moduli made by the library behind CVE-2017-15361: its primes are k·M + (65537^a mod M), M a product of the first primes,
/// so the modulus is a power of 65537 modulo each of these (Nemec, Sýs, Švenda, Klinec, Matyáš, "The Return of Coppersmith's Attack",
/// ACM CCS 2017, §2.3). An ordinary modulus passes by chance with a probability below 2^-100. Thread-safe.
/// </summary>
internal static class RocaFingerprint
{
    private const int Generator = 65537;

    /// <summary>The largest prime in M for the shortest keys (512 bits); longer keys' M has these and more.</summary>
    private const int LargestPrime = 167;

    // Those that 65537 does not generate all of, the most telling first: nearly every ordinary modulus fails the first.
    private static readonly (uint Prime, bool[] IsPower)[] Subgroups =
    [
        .. OddPrimes()
            .Select(prime => (Prime: (uint)prime, IsPower: PowersModulo(prime)))
            .Where(subgroup => subgroup.IsPower.Count(power => power) < subgroup.Prime - 1)
            .OrderBy(subgroup => subgroup.IsPower.Count(power => power) / (double)(subgroup.Prime - 1)),
    ];

    /// <param name="modulus">Big-endian.</param>
    public static bool IsIn(ReadOnlySpan<byte> modulus)
    {
        foreach (var (prime, isPower) in Subgroups)
        {
            if (!isPower[Remainder(modulus, prime)])
                return false;
        }

        return true;
    }

    private static uint Remainder(ReadOnlySpan<byte> number, uint divisor)
    {
        uint remainder = 0;
        foreach (var octet in number)
            remainder = ((remainder << 8) | octet) % divisor;
        return remainder;
    }

    private static IEnumerable<int> OddPrimes() =>
        Enumerable
            .Range(1, LargestPrime / 2)
            .Select(half => (2 * half) + 1)
            .Where(odd => Enumerable.Range(3, odd).TakeWhile(divisor => divisor * divisor <= odd).All(divisor => odd % divisor != 0));

    private static bool[] PowersModulo(int prime)
    {
        var powers = new bool[prime];
        for (var power = 1; !powers[power]; power = power * (Generator % prime) % prime)
            powers[power] = true;
        return powers;
    }
}
