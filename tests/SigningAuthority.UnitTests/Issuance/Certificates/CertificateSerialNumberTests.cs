using System.Collections.Concurrent;
using System.Numerics;
using SigningAuthority.Issuance.Certificates;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Certificates;

public sealed class CertificateSerialNumberTests
{
    [Fact]
    public void Numbers_drawn_are_positive_of_16_octets_and_never_the_same()
    {
        var drawn = new ConcurrentDictionary<string, bool>();
        Parallel.For(
            0,
            100_000,
            _ =>
            {
                var number = CertificateSerialNumber.Draw();
                Assert.Equal(16, number.ToBytes().Length);
                Assert.InRange(number.ToBytes()[0], 0x40, 0x7F);
                Assert.True(drawn.TryAdd(number.Hex, true));
            }
        );
        Assert.Equal(100_000, drawn.Count);
    }

    [Fact]
    public void All_126_other_bits_vary()
    {
        var (everSet, everClear) = (BigInteger.Zero, BigInteger.Zero);
        var mask = (BigInteger.One << 126) - 1;
        for (var i = 0; i < 1000; i++)
        {
            var number = new BigInteger(CertificateSerialNumber.Draw().ToBytes(), isUnsigned: true, isBigEndian: true) & mask;
            everSet |= number;
            everClear |= mask ^ number;
        }

        Assert.Equal((mask, mask), (everSet, everClear));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0001")]
    [InlineData("8000000000000000000000000000000000000000")]
    [InlineData("010000000000000000000000000000000000000000")]
    public void What_is_no_positive_number_of_20_octets_is_refused(string hex) =>
        Assert.Throws<ArgumentException>(() => CertificateSerialNumber.FromBytes(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("01")]
    [InlineData("FF")]
    [InlineData("7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF")]
    public void Numbers_keep_their_octets(string hex) =>
        Assert.Equal(hex, CertificateSerialNumber.FromBytes(Convert.FromHexString(hex)).ToString());
}
