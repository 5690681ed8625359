using SigningAuthority.Issuance.Production;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Production;

public sealed class SerialRuleTests
{
    [Theory]
    [InlineData("FM500H000001..FM500H009999", "FM500H000001", true)]
    [InlineData("FM500H000001..FM500H009999", "FM500H009999", true)]
    [InlineData("FM500H000001..FM500H009999", "FM500H010000", false)]
    [InlineData("FM500H000001..FM500H009999", "FM500H00001", false)]
    [InlineData("FM500H000001..FM500H009999", "FM500H005-01", false)]
    [InlineData("FM500HA001..FM500HC999", "FM500HB500", true)]
    [InlineData("FM500HA001..FM500HC999", "FM500HBX00", false)]
    [InlineData("FM500H######", "FM500H123456", true)]
    [InlineData("FM500H######", "FM500H12345", false)]
    [InlineData("FM500H######", "FM500H1234567", false)]
    [InlineData("FM500H######", "FM500H12345A", false)]
    [InlineData("FM50??-#", "FM50xY-7", true)]
    [InlineData("FM50??-#", "FM50-Y-7", false)]
    [InlineData("FM5*", "FM5", true)]
    [InlineData("FM5*", "FM500H000001", true)]
    [InlineData("FM5*", "FM4", false)]
    [InlineData("*", "anything", true)]
    public void A_range_or_a_pattern_says_which_serial_numbers_an_order_has(string rule, string serial, bool isInside) =>
        Assert.Equal(isInside, SerialRule.Parse(rule).Contains(serial));

    [Theory]
    [InlineData("FM500H000001..FM500H009999")]
    [InlineData("FM5??H###*")]
    [InlineData("A-1")]
    public void A_rule_is_spelled_as_it_was_read(string text) => Assert.Equal(text, SerialRule.Parse(text).ToString());

    [Theory]
    [InlineData("FM500H000001..FM500H009999", 9999)]
    [InlineData("FM1..FM1", 1)]
    [InlineData("FM500HA001..FM500HC999", null)]
    [InlineData("FM##", 100)]
    [InlineData("F?#", 620)]
    [InlineData("FM500", 1)]
    [InlineData("FM*", null)]
    public void A_rule_counts_its_serial_numbers_where_it_can(string rule, int? count) =>
        Assert.Equal(count, (int?)SerialRule.Parse(rule).Count);

    [Theory]
    [InlineData("FM1..FM5", "FM5..FM9", true)]
    [InlineData("FM1..FM4", "FM5..FM9", false)]
    [InlineData("FM1..FM5", "FM01..FM99", false)]
    [InlineData("FM##", "FM##", true)]
    public void Rules_overlap_where_they_share_a_serial_number(string one, string other, bool overlap) =>
        Assert.Equal(overlap, SerialRule.Parse(one).Overlaps(SerialRule.Parse(other)));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("FM9..FM1")]
    [InlineData("FM1..FM10")]
    [InlineData("FM#..FM9")]
    [InlineData("*FM")]
    [InlineData("F*M*")]
    [InlineData("FM/1")]
    [InlineData("FM 1")]
    [InlineData("#################################")]
    public void What_is_no_rule_is_not_read(string? text) => Assert.False(SerialRule.TryParse(text, out _));

    [Theory]
    [InlineData("FM500H######", "FM500H", 6, 0, 999_999, "")]
    [InlineData("A###B", "A", 3, 0, 999, "B")]
    [InlineData("FM500H000001..FM500H009999", "FM500H00", 4, 1, 9999, "")]
    [InlineData("FM500H000001..FM500H000001", null, 0, 0, 0, null)]
    [InlineData("A0..B9", null, 0, 0, 0, null)]
    [InlineData("A#B#", null, 0, 0, 0, null)]
    [InlineData("FM?##", null, 0, 0, 0, null)]
    [InlineData("FM#*", null, 0, 0, 0, null)]
    [InlineData("FM1", null, 0, 0, 0, null)]
    public void What_varies_in_one_run_of_digits_can_be_counted_up(
        string rule,
        string? prefix,
        int digits,
        long first,
        long last,
        string? suffix
    ) => Assert.Equal(prefix is null ? null : new CountedSerials(prefix, digits, first, last, suffix!), SerialRule.Parse(rule).Counted);
}
