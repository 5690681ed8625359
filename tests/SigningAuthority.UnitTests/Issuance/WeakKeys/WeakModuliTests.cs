using System.Numerics;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using SigningAuthority.Issuance.WeakKeys;
using Xunit;
using static SigningAuthority.UnitTests.Issuance.WeakKeys.MadeModuli;

namespace SigningAuthority.UnitTests.Issuance.WeakKeys;

/// <summary>The arithmetic behind the rules, each held against a definition that is slow and plain.</summary>
public sealed class WeakModuliTests
{
    private static readonly Config ManyTimes = Config.QuickThrowOnFailure.WithMaxTest(1000);

    /// <summary>Keys as OpenSSL makes them, of the shortest length that it makes quickly: 300 of them, all sound but for their length.</summary>
    private static readonly Lazy<byte[][]> OrdinaryModuli = new(() =>
        [
            .. Enumerable
                .Range(0, 300)
                .AsParallel()
                .Select(_ =>
                {
                    using var key = RSA.Create(1024);
                    return key.ExportParameters(false).Modulus!;
                }),
        ]
    );

    [Fact]
    public void Ordinary_keys_have_no_weakness()
    {
        Assert.All(OrdinaryModuli.Value, modulus => Assert.Null(SmallFactors.Find(modulus)));
        Assert.All(OrdinaryModuli.Value, modulus => Assert.False(ClosePrimes.AreIn(modulus, 100)));
        Assert.All(OrdinaryModuli.Value, modulus => Assert.False(RocaFingerprint.IsIn(modulus)));
    }

    [Fact]
    public void Every_prime_below_the_limit_is_found_as_a_factor()
    {
        var cofactor = new BigInteger(OrdinaryModuli.Value[0], isUnsigned: true, isBigEndian: true);
        Assert.All(
            Primes().TakeWhile(prime => prime < SmallFactors.Limit),
            prime => Assert.Equal(prime, SmallFactors.Find(Bytes(cofactor * prime)))
        );
    }

    [Fact]
    public void The_small_factor_of_any_number_is_that_of_trial_division() =>
        Prop.ForAll(
                Numbers.ToArbitrary(),
                number =>
                {
                    var expected = SmallPrimes.Where(prime => number % prime == 0).Select(prime => (int?)prime).ToList();
                    var found = SmallFactors.Find(Bytes(number));
                    return found is null ? expected.Count == 0 : expected.Contains(found);
                }
            )
            .Check(ManyTimes);

    [Fact]
    public void A_square_root_is_the_largest_whose_square_fits() =>
        Prop.ForAll(
                Numbers.SelectMany(_ => Gen.Choose(-2, 2), (number, offset) => BigInteger.Max(0, (number * number) + offset)).ToArbitrary(),
                number =>
                    SquareRoot.Of(number) is var (root, rest)
                    && (root * root) + rest == number
                    && rest.Sign >= 0
                    && number < (root + 1) * (root + 1)
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    [Theory]
    [InlineData(2)]
    [InlineData(4096)]
    public void Primes_that_lie_together_are_found(int apart)
    {
        var (p, q) = PrimesApart(1024, apart);
        Assert.True(ClosePrimes.AreIn(Bytes(p * q), rounds: 1));
    }

    [Fact]
    public void A_square_is_found()
    {
        var prime = PrimesApart(1024, 2).P;
        Assert.True(ClosePrimes.AreIn(Bytes(prime * prime), rounds: 1));
    }

    [Fact]
    public void Primes_further_apart_take_as_many_rounds_as_Fermats_method_takes()
    {
        // The mean lies (q - p)² / 8·sqrt(pq) above the root: for primes of 512 bits that are 2^261 apart, about 2^7.
        var (p, q) = PrimesApart(1024, BigInteger.One << 261);
        var needed = (int)(((p + q) >> 1) - SquareRoot.Of(p * q).Root);
        Assert.InRange(needed, 64, 1024);
        Assert.True(ClosePrimes.AreIn(Bytes(p * q), needed));
        Assert.False(ClosePrimes.AreIn(Bytes(p * q), needed - 1));
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(2048)]
    public void A_modulus_of_the_flawed_library_has_its_fingerprint(int bits)
    {
        var (p, q) = RocaPrimes(bits);
        Assert.True(RocaFingerprint.IsIn(Bytes(p * q)));
        Assert.False(RocaFingerprint.IsIn(Bytes((p * q) + 2)));
    }

    [Fact]
    public void A_modulus_with_one_flawed_prime_only_has_not() =>
        Assert.False(RocaFingerprint.IsIn(Bytes(RocaPrimes(1024).P * PrimesApart(1024, 2).P)));

    private static readonly IReadOnlyList<int> SmallPrimes = [.. Primes().TakeWhile(prime => prime < SmallFactors.Limit)];

    private static Gen<BigInteger> Numbers =>
        Gen.Choose(1, 70)
            .SelectMany(length => Gen.Choose(0, 255).ArrayOf(length))
            .Select(octets => new BigInteger([.. octets.Select(o => (byte)o), 1, 0]));
}
