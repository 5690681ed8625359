using System.Numerics;
using System.Security.Cryptography;

namespace SigningAuthority.IntegrationTests.Faults;

/// <summary>
/// RSA-2048 keys by the thousand: every pair out of a hundred primes is a key of its own. For tests only: whoever has two such
/// keys has the factors of both.
/// </summary>
internal static class QuickKeys
{
    private const int PrimePairs = 48;
    private static readonly BigInteger Exponent = 65537;
    private static readonly Lazy<BigInteger[]> Primes = new(DrawPrimes);
    private static int _next = -1;

    /// <summary>A key that was not given before; the caller's to dispose.</summary>
    public static RSA Next()
    {
        // The k-th pair (i, j) with i < j, row by row.
        var k = Interlocked.Increment(ref _next);
        var j = 1;
        while (k >= j)
            k -= j++;
        return j < Primes.Value.Length ? Build(Primes.Value[k], Primes.Value[j]) : throw new InvalidOperationException("Draw more primes.");
    }

    private static BigInteger[] DrawPrimes() =>
        [
            .. Enumerable
                .Range(0, PrimePairs)
                .AsParallel()
                .SelectMany(_ =>
                {
                    using var key = RSA.Create(2048);
                    var parameters = key.ExportParameters(includePrivateParameters: true);
                    return new[] { Read(parameters.P!), Read(parameters.Q!) };
                }),
        ];

    private static RSA Build(BigInteger p, BigInteger q)
    {
        var d = Invert(Exponent, (p - 1) * (q - 1));
        return RSA.Create(
            new RSAParameters
            {
                Modulus = Write(p * q, 256),
                Exponent = [1, 0, 1],
                P = Write(p, 128),
                Q = Write(q, 128),
                D = Write(d, 256),
                DP = Write(d % (p - 1), 128),
                DQ = Write(d % (q - 1), 128),
                InverseQ = Write(Invert(q, p), 128),
            }
        );
    }

    private static BigInteger Invert(BigInteger value, BigInteger modulus)
    {
        var (r0, r1, t0, t1) = (modulus, value % modulus, BigInteger.Zero, BigInteger.One);
        while (r1 > 0)
        {
            var quotient = r0 / r1;
            (r0, r1) = (r1, r0 - (quotient * r1));
            (t0, t1) = (t1, t0 - (quotient * t1));
        }

        return t0 < 0 ? t0 + modulus : t0;
    }

    private static BigInteger Read(byte[] octets) => new(octets, isUnsigned: true, isBigEndian: true);

    private static byte[] Write(BigInteger value, int length)
    {
        var octets = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[length - octets.Length], .. octets];
    }
}
