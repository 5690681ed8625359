using System.Buffers.Binary;

namespace SigningAuthority.Issuance.WeakKeys;

/// <summary>
/// Looks for a small prime in a modulus: a sound key has none, one that was damaged or made up mostly has. NIST SP 800-89 §5.3.3
/// asks for no factor below 752; looking further costs little. Thread-safe.
/// </summary>
internal static class SmallFactors
{
    /// <summary>Primes below this are looked for, 8192: the cost grows with their number, and each certificate pays it twice.</summary>
    public const int Limit = 1 << 13;

    // One pass over the modulus serves all primes of a product, and four passes that do not wait for each other run side by side.
    private const int SideBySide = 4;

    private static readonly Product[] Products = Multiply(OddPrimes());

    /// <param name="modulus">Big-endian; any length.</param>
    /// <returns>The smallest prime below <see cref="Limit"/> that divides the modulus; null for none.</returns>
    public static int? Find(ReadOnlySpan<byte> modulus)
    {
        if (modulus.IsEmpty || (modulus[^1] & 1) == 0)
            return 2;

        Span<ulong> limbs = stackalloc ulong[(modulus.Length + 7) / 8];
        ToLimbs(modulus, limbs);
        for (var i = 0; i < Products.Length; i += SideBySide)
        {
            var (a, b, c, d) = Reduce(limbs, Products[i], Products[i + 1], Products[i + 2], Products[i + 3]);
            var found = Products[i].Divisor(a) ?? Products[i + 1].Divisor(b) ?? Products[i + 2].Divisor(c) ?? Products[i + 3].Divisor(d);
            if (found is not null)
                return found;
        }

        return null;
    }

    /// <summary>
    /// For each product, a number that the same primes of it divide as divide the whole: limbs are taken off at the low end by
    /// multiples of the product (Hensel's division), which needs no division at all.
    /// </summary>
    private static (ulong A, ulong B, ulong C, ulong D) Reduce(ReadOnlySpan<ulong> limbs, Product a, Product b, Product c, Product d)
    {
        ulong restA = 0;
        ulong restB = 0;
        ulong restC = 0;
        ulong restD = 0;
        foreach (var limb in limbs)
        {
            restA = a.TakeOff(limb, restA);
            restB = b.TakeOff(limb, restB);
            restC = c.TakeOff(limb, restC);
            restD = d.TakeOff(limb, restD);
        }

        return (restA, restB, restC, restD);
    }

    private static void ToLimbs(ReadOnlySpan<byte> modulus, Span<ulong> limbs)
    {
        for (var i = 0; i < limbs.Length - 1; i++)
            limbs[i] = BinaryPrimitives.ReadUInt64BigEndian(modulus[^((i + 1) * 8)..]);
        limbs[^1] = 0;
        foreach (var octet in modulus[..^((limbs.Length - 1) * 8)])
            limbs[^1] = (limbs[^1] << 8) | octet;
    }

    private static IEnumerable<int> OddPrimes()
    {
        var composite = new bool[Limit];
        for (var i = 3; i < Limit; i += 2)
        {
            if (composite[i])
                continue;
            yield return i;
            for (var multiple = i * i; multiple < Limit; multiple += 2 * i)
                composite[multiple] = true;
        }
    }

    private static Product[] Multiply(IEnumerable<int> primes)
    {
        var products = new List<Product>();
        var group = new List<int>();
        var value = UInt128.One;
        foreach (var prime in primes)
        {
            if (value * (uint)prime > ulong.MaxValue)
            {
                products.Add(new Product((ulong)value, [.. group]));
                group.Clear();
                value = 1;
            }

            group.Add(prime);
            value *= (uint)prime;
        }

        products.Add(new Product((ulong)value, [.. group]));
        while (products.Count % SideBySide != 0)
            products.Add(new Product(1, []));
        return [.. products];
    }

    /// <summary>The product of some odd primes, below 2^64.</summary>
    private readonly struct Product(ulong value, int[] primes)
    {
        private readonly ulong _inverse = Inverse(value);
        private readonly (ulong Inverse, ulong Largest, int Prime)[] _primes =
        [
            .. primes.Select(prime => (Inverse((ulong)prime), ulong.MaxValue / (ulong)prime, prime)),
        ];

        public ulong TakeOff(ulong limb, ulong rest)
        {
            var borrow = limb < rest ? 1UL : 0UL;
            return Math.BigMul((limb - rest) * _inverse, value, out _) + borrow;
        }

        /// <summary>A multiple of an odd prime times the prime's inverse is the quotient, so it is small; any other number's is not.</summary>
        public int? Divisor(ulong rest)
        {
            foreach (var (inverse, largest, prime) in _primes)
            {
                if (rest * inverse <= largest)
                    return prime;
            }

            return null;
        }

        /// <summary>Modulo 2^64, by Newton's iteration: an odd number is its own inverse to 3 bits, and each step doubles them.</summary>
        private static ulong Inverse(ulong odd)
        {
            var inverse = odd;
            for (var bits = 3; bits < 64; bits *= 2)
                inverse *= 2 - (odd * inverse);
            return inverse;
        }
    }
}
