using System.Numerics;

namespace SigningAuthority.Issuance.WeakKeys;

/// <summary>The integer square root by Zimmermann's "Karatsuba square root" (INRIA research report 3805, 1999): one division for each halving.</summary>
internal static class SquareRoot
{
    /// <summary>Below this a double has room for every digit.</summary>
    private const int ExactBits = 52;

    /// <param name="number">Not negative.</param>
    /// <returns>The largest root whose square is not above the number, and what is left.</returns>
    public static (BigInteger Root, BigInteger Remainder) Of(BigInteger number)
    {
        var bits = (int)number.GetBitLength();
        if (bits <= ExactBits)
        {
            BigInteger small = (ulong)Math.Sqrt((double)number);
            return (small, number - (small * small));
        }

        // number = high · b² + middle · b + low, with b = 2^quarter; high has half the bits or more, so one correction is enough.
        var quarter = (bits - 1) / 4;
        var mask = (BigInteger.One << quarter) - 1;
        var (highRoot, highRest) = Of(number >> (2 * quarter));
        var (digit, rest) = BigInteger.DivRem((highRest << quarter) + ((number >> quarter) & mask), highRoot << 1);
        var root = (highRoot << quarter) + digit;
        rest = (rest << quarter) + (number & mask) - (digit * digit);
        if (rest.Sign < 0)
        {
            rest += (root << 1) - 1;
            root -= 1;
        }

        return (root, rest);
    }
}
