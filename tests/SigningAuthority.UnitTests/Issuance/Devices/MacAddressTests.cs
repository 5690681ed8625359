using FsCheck;
using FsCheck.Fluent;
using SigningAuthority.Issuance.Devices;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Devices;

public sealed class MacAddressTests
{
    private static readonly Config ManyTimes = Config.QuickThrowOnFailure.WithMaxTest(1000);

    [Fact]
    public void Every_spelling_of_six_octets_is_the_same_address() =>
        Prop.ForAll(
                Octets.ToArbitrary(),
                octets =>
                {
                    var bare = Convert.ToHexString(octets);
                    string[] spellings =
                    [
                        bare,
                        bare.ToLowerInvariant(),
                        BitConverter.ToString(octets),
                        BitConverter.ToString(octets).Replace('-', ':').ToLowerInvariant(),
                    ];
                    return spellings.All(text =>
                        MacAddress.TryParse(text, out var mac)
                        && mac.Upper == bare
                        && mac.Lower == bare.ToLowerInvariant()
                        && mac.Oui == bare[..6]
                        && mac.IsMulticast == (octets[0] % 2 == 1)
                        && mac.IsLocallyAdministered == (octets[0] / 2 % 2 == 1)
                    );
                }
            )
            .Check(ManyTimes);

    [Fact]
    public void A_text_with_any_one_character_changed_to_another_kind_is_none() =>
        Prop.ForAll(
                Octets
                    .SelectMany(octets =>
                        Gen.Choose(0, 16)
                            .SelectMany(
                                at => Gen.Elements('g', ' ', '\0', '.', ':', '-', 'é', '/'),
                                (at, character) => (octets, at, character)
                            )
                    )
                    .ToArbitrary(),
                x =>
                {
                    var text = BitConverter.ToString(x.octets).ToCharArray();
                    var isSame = text[x.at] == x.character;
                    text[x.at] = x.character;
                    return MacAddress.TryParse(new string(text), out _) == isSame;
                }
            )
            .Check(ManyTimes);

    [Fact]
    public void Nothing_but_12_digits_and_separators_is_an_address() =>
        Prop.ForAll<string>(text =>
                !MacAddress.TryParse(text, out var mac) || text.Replace(":", "").Replace("-", "").ToUpperInvariant() == mac.Upper
            )
            .Check(ManyTimes);

    [Fact]
    public void What_is_no_address_is_a_format_error() => Assert.Throws<FormatException>(() => MacAddress.Parse("000E08"));

    private static Gen<byte[]> Octets => Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf(6);
}
