using System.Numerics;
using System.Security.Cryptography;

namespace SigningAuthority.UnitTests.Issuance.WeakKeys;

/// <summary>Moduli as flawed generators make them, and whole keys from given primes.</summary>
internal static class MadeModuli
{
    private const int Exponent = 65537;

    private static readonly int[] SmallPrimes = [.. Primes().Take(300)];

    /// <summary>As the library of CVE-2017-15361 does: p = k·M + (65537^a mod M), M the product of the first primes.</summary>
    /// <param name="bits">Of the modulus: 1024 or 2048.</param>
    public static (BigInteger P, BigInteger Q) RocaPrimes(int bits)
    {
        // Numbers of primes in M: Nemec et al., table 1.
        var m = Primes().Take(bits >= 1984 ? 126 : 71).Aggregate(BigInteger.One, (product, prime) => product * prime);
        return (RocaPrime(m, bits / 2), RocaPrime(m, bits / 2));
    }

    /// <summary>As CVE-2022-26320: the second prime is the next one after the first, or after a number further on.</summary>
    public static (BigInteger P, BigInteger Q) PrimesApart(int bits, BigInteger apart)
    {
        using var ordinary = RSA.Create(bits);
        var first = new BigInteger(ordinary.ExportParameters(true).P!, isUnsigned: true, isBigEndian: true);
        return (first, NextPrime(first + apart));
    }

    /// <summary>A key that signs, of two primes that nobody should use.</summary>
    public static RSA ToKey((BigInteger P, BigInteger Q) primes)
    {
        var (p, q) = primes;
        var modulus = p * q;
        var d = Inverse(Exponent, (p - 1) * (q - 1));
        var half = p.GetByteCount(isUnsigned: true);
        return RSA.Create(
            new RSAParameters
            {
                Modulus = Bytes(modulus, modulus.GetByteCount(isUnsigned: true)),
                Exponent = [1, 0, 1],
                D = Bytes(d, modulus.GetByteCount(isUnsigned: true)),
                P = Bytes(p, half),
                Q = Bytes(q, half),
                DP = Bytes(d % (p - 1), half),
                DQ = Bytes(d % (q - 1), half),
                InverseQ = Bytes(Inverse(q, p), half),
            }
        );
    }

    public static byte[] Bytes(BigInteger number) => number.ToByteArray(isUnsigned: true, isBigEndian: true);

    public static IEnumerable<int> Primes() =>
        Enumerable.Range(2, int.MaxValue - 2).Where(n => Enumerable.Range(2, n).TakeWhile(d => d * d <= n).All(d => n % d != 0));

    /// <summary>With the two highest bits set, so that a product of two has all its bits, and odd.</summary>
    private static BigInteger RandomBits(int bits) =>
        (
            new BigInteger(RandomNumberGenerator.GetBytes(bits / 8), isUnsigned: true)
            | (BigInteger.One << (bits - 1))
            | (BigInteger.One << (bits - 2))
            | 1
        );

    private static BigInteger RocaPrime(BigInteger m, int bits)
    {
        for (; ; )
        {
            var power = BigInteger.ModPow(Exponent, RandomBits(64), m);
            var candidate = (RandomBits(bits) / m * m) + power;
            if (candidate.GetBitLength() == bits && IsUsable(candidate))
                return candidate;
        }
    }

    private static BigInteger NextPrime(BigInteger from)
    {
        for (var candidate = from | 1; ; candidate += 2)
        {
            if (IsUsable(candidate))
                return candidate;
        }
    }

    // Fermat's test with three bases: as good as needed for numbers that nobody chose.
    private static bool IsUsable(BigInteger candidate) =>
        (candidate - 1) % Exponent != 0
        && SmallPrimes.All(prime => candidate % prime != 0)
        && new[] { 2, 3, 5 }.All(witness => BigInteger.ModPow(witness, candidate - 1, candidate).IsOne);

    private static BigInteger Inverse(BigInteger number, BigInteger modulus)
    {
        var (a, b) = (number % modulus, modulus);
        var (x, y) = (BigInteger.One, BigInteger.Zero);
        while (a > 1)
        {
            var quotient = a / b;
            (a, b) = (b, a % b);
            (x, y) = (y, x - (quotient * y));
        }

        return ((x % modulus) + modulus) % modulus;
    }

    private static byte[] Bytes(BigInteger number, int length)
    {
        var bytes = Bytes(number);
        return [.. new byte[length - bytes.Length], .. bytes];
    }
}
