using System.Numerics;
using System.Security.Cryptography;

namespace SigningAuthority.Client.Stations.Simulation;

/// <summary>
/// RSA-2048 keys by the hundred thousand: every pair out of some hundred primes is a key of its own, sound in form. For trying out
/// only: whoever has two such keys has the factors of both.
/// </summary>
internal sealed class PairedPrimes
{
    private static readonly BigInteger Exponent = 65537;

    private readonly BigInteger[] _primes;

    /// <param name="primes">As <see cref="Draw(int)"/> gave them.</param>
    public PairedPrimes(IEnumerable<string> primes) => _primes = [.. primes.Select(prime => Read(Convert.FromHexString(prime)))];

    /// <summary>Primes for that many keys, 1024 bits each, in hexadecimal. Takes a tenth of a second for each two.</summary>
    public static IReadOnlyList<string> Draw(int keys)
    {
        var primes = 2;
        while ((long)primes * (primes - 1) / 2 < keys)
            primes++;
        return [.. Enumerable.Range(0, (primes + 1) / 2).AsParallel().SelectMany(_ => Draw())];
    }

    /// <summary>The key of a number; the caller's to dispose. Thread-safe.</summary>
    public RSA Key(int number)
    {
        // The k-th pair (i, j) with i < j, row by row.
        var j = (int)((1 + Math.Sqrt(1 + (8.0 * number))) / 2);
        while ((long)j * (j - 1) / 2 > number)
            j--;
        while ((long)j * (j + 1) / 2 <= number)
            j++;
        return Build(_primes[number - (int)((long)j * (j - 1) / 2)], _primes[j]);
    }

    private static IEnumerable<string> Draw()
    {
        using var key = RSA.Create(2048);
        var parameters = key.ExportParameters(includePrivateParameters: true);
        return [Convert.ToHexString(parameters.P!), Convert.ToHexString(parameters.Q!)];
    }

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
