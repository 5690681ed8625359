using FsCheck;
using FsCheck.Fluent;
using SigningAuthority.Issuance.Devices;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Devices;

public sealed class DeviceSerialNumberTests
{
    private const string Allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";

    private static readonly Config ManyTimes = Config.QuickThrowOnFailure.WithMaxTest(1000);

    [Fact]
    public void One_to_32_of_its_characters_are_kept_verbatim() =>
        Prop.ForAll(
                Gen.Elements(Allowed.ToCharArray()).ArrayOf().ToArbitrary(),
                characters =>
                {
                    var text = new string(characters);
                    return DeviceSerialNumber.TryParse(text, out var serial) == text.Length is >= 1 and <= 32
                        && serial.Value == (text.Length is >= 1 and <= 32 ? text : "");
                }
            )
            .Check(ManyTimes);

    [Fact]
    public void Any_other_character_anywhere_is_refused() =>
        Prop.ForAll(
                Gen.Choose(0, 0xFFFF).Select(value => (char)value).Where(character => !Allowed.Contains(character)).ToArbitrary(),
                character =>
                    new[] { $"{character}A", $"A{character}", $"A{character}B", $"{character}" }.All(text =>
                        !DeviceSerialNumber.TryParse(text, out _)
                    )
            )
            .Check(ManyTimes);

    [Fact]
    public void Runs_of_hexadecimal_digits_are_found_as_a_pattern_finds_them() =>
        Prop.ForAll(
                Gen.Elements("0123456789abcdefABCDEF:-gX".ToCharArray()).ArrayOf(40).ToArbitrary(),
                characters =>
                    HexRun.IsIn(new string(characters))
                    == System.Text.RegularExpressions.Regex.IsMatch(
                        new string(characters).Replace(":", "").Replace("-", ""),
                        "[0-9A-Fa-f]{12}"
                    )
            )
            .Check(ManyTimes);

    [Theory]
    [InlineData("88012BA01234", true)]
    [InlineData("88012BA0123", false)]
    [InlineData("8801-2BA0-1234", true)]
    [InlineData("88:01:2B:A0:12:34", true)]
    [InlineData("88012BA 01234", false)]
    [InlineData("FM500F100000", false)]
    [InlineData("", false)]
    public void Separators_that_Sipwise_drops_hide_no_run(string text, bool found) => Assert.Equal(found, HexRun.IsIn(text));
}
