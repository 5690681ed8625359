using System.Numerics;

namespace SigningAuthority.Issuance.WeakKeys;

/// <summary>
/// Fermat's factorization, cut short: a modulus whose two primes lie close together is a difference of squares that is found in a
/// few steps (CVE-2022-26320). NIST FIPS 186-5 A.1.3 wants primes further apart than any number of steps finds. Thread-safe.
/// </summary>
internal static class ClosePrimes
{
    // Squares leave few remainders. All the primes' product fits 32 bits, so one long division serves each set.
    private static readonly Filter[] Filters = [new([64, 63, 65, 11, 17, 19]), new([23, 29, 31, 37, 41, 43])];

    /// <param name="modulus">Big-endian.</param>
    /// <param name="rounds">Candidates looked at, 1 or more.</param>
    public static bool AreIn(ReadOnlySpan<byte> modulus, int rounds)
    {
        var number = new BigInteger(modulus, isUnsigned: true, isBigEndian: true);
        var (root, rest) = SquareRoot.Of(number);
        if (rest.IsZero)
            return true;

        var mean = root + 1;
        var remainders = Array.ConvertAll(Filters, filter => filter.Of(mean, number));
        for (uint round = 0; round < rounds; round++)
        {
            if (MayBeSquare(remainders, round) && SquareRoot.Of(BigInteger.Pow(mean + round, 2) - number).Remainder.IsZero)
                return true;
        }

        return false;
    }

    private static bool MayBeSquare(Remainders[] remainders, uint round)
    {
        for (var i = 0; i < remainders.Length; i++)
        {
            if (!Filters[i].Passes(remainders[i], round))
                return false;
        }

        return true;
    }

    private sealed record Remainders(uint Mean, uint Number);

    private sealed class Filter
    {
        private readonly uint _product;
        private readonly (uint Modulus, bool[] IsSquare)[] _moduli;

        public Filter(uint[] moduli)
        {
            _product = moduli.Aggregate(1u, (product, modulus) => checked(product * modulus));
            _moduli = [.. moduli.Select(modulus => (modulus, SquaresOf(modulus)))];
        }

        public Remainders Of(BigInteger mean, BigInteger number) => new((uint)(mean % _product), (uint)(number % _product));

        /// <summary>False when (mean + round)² - number is no square for certain.</summary>
        public bool Passes(Remainders remainders, uint round)
        {
            foreach (var (modulus, isSquare) in _moduli)
            {
                var mean = (remainders.Mean + (ulong)round) % modulus;
                if (!isSquare[((mean * mean) + modulus - (remainders.Number % modulus)) % modulus])
                    return false;
            }

            return true;
        }

        private static bool[] SquaresOf(uint modulus)
        {
            var squares = new bool[modulus];
            for (var i = 0u; i < modulus; i++)
                squares[i * i % modulus] = true;
            return squares;
        }
    }
}
