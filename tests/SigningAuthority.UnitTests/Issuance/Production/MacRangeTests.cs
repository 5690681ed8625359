using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Production;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Production;

public sealed class MacRangeTests
{
    [Theory]
    [InlineData("000E08000000", true)]
    [InlineData("000E080000FF", true)]
    [InlineData("000E08000100", false)]
    [InlineData("000E07FFFFFF", false)]
    public void Both_ends_are_inclusive(string mac, bool isInside) =>
        Assert.Equal(isInside, MacRange.Parse("000E08000000..000E080000FF").Contains(MacAddress.Parse(mac)));

    [Theory]
    [InlineData("000E08000000..000E080000FF", 256)]
    [InlineData("000E08000007", 1)]
    [InlineData("000000000000..FFFFFFFFFFFF", 281_474_976_710_656)]
    public void A_range_counts_its_addresses_and_is_spelled_as_it_was_read(string text, long count)
    {
        var range = MacRange.Parse(text);
        Assert.Equal(count, range.Count);
        Assert.Equal(text, range.ToString());
    }

    [Fact]
    public void Everything_is_spelled_with_a_star()
    {
        var everything = MacRange.Parse("*");
        Assert.Equal("*", everything.ToString());
        Assert.True(everything.Contains(MacAddress.Parse("FFFFFFFFFFFF")) && everything.Contains(MacAddress.Parse("000000000000")));
    }

    [Fact]
    public void Addresses_are_read_in_any_spelling() =>
        Assert.Equal("000E08ABCD00..000E08ABCDFF", MacRange.Parse("00:0e:08:ab:cd:00..000e08abcdff").ToString());

    [Theory]
    [InlineData("000E08000000..000E080000FF", "000E080000FF..000E080001FF", true)]
    [InlineData("000E08000000..000E08FFFFFF", "000E08000007", true)]
    [InlineData("000E08000000..000E080000FF", "000E08000100..000E080001FF", false)]
    public void Ranges_overlap_where_they_share_an_address(string one, string other, bool overlap)
    {
        Assert.Equal(overlap, MacRange.Parse(one).Overlaps(MacRange.Parse(other)));
        Assert.Equal(overlap, MacRange.Parse(other).Overlaps(MacRange.Parse(one)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("000E080000FF..000E08000000")]
    [InlineData("000E08000000..")]
    [InlineData("000E08000000..000E08000001..000E08000002")]
    [InlineData("000E08000000-000E080000FF")]
    public void What_is_no_range_is_not_read(string? text) => Assert.False(MacRange.TryParse(text, out _));
}
