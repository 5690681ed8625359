using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Phones;
using SigningAuthority.Issuance.Devices;
using Xunit;

namespace SigningAuthority.UnitTests.Client.Phones;

public sealed class ProvisioningAddressTests
{
    private static readonly MacAddress Mac = MacAddress.Parse("000E08ABCDEF");

    [Theory]
    [InlineData("https://a.example.com/$MAU.cfg", "/000E08ABCDEF.cfg")]
    [InlineData("https://a.example.com/$MA.cfg", "/000e08abcdef.cfg")]
    [InlineData("https://a.example.com/$MAC.cfg", "/00:0e:08:ab:cd:ef.cfg")]
    [InlineData("https://a.example.com/$(MAU)config.cfg", "/000E08ABCDEFconfig.cfg")]
    [InlineData("https://a.example.com/x$$MAU", "/x$MAU")]
    [InlineData("https://a.example.com/$PSN.cfg", "/$PSN.cfg")]
    public void Macros_are_expanded_as_the_firmware_does(string rule, string path) =>
        Assert.Equal(path, ProvisioningAddress.Parse(rule, Mac).Url.AbsolutePath);

    [Theory]
    [InlineData("http://a.example.com/$MAU.cfg")]
    [InlineData("https://192.0.2.7/$MAU.cfg")]
    [InlineData("https://localhost/$MAU.cfg")]
    [InlineData("https://user@a.example.com/x")]
    [InlineData("a.example.com/x")]
    public void An_address_that_no_server_certificate_can_be_for_is_refused(string rule) =>
        Assert.Throws<InvalidInputException>(() => ProvisioningAddress.Parse(rule, Mac));

    [Fact]
    public void A_macro_needs_an_address_to_put_in_its_place() =>
        Assert.Throws<InvalidInputException>(() => ProvisioningAddress.Parse("https://a.example.com/$MAU.cfg", mac: null));

    [Theory]
    [InlineData("/000e08abcdef.cfg", "000E08ABCDEF")]
    [InlineData("/spa00:0E:08:ab:cd:ef.xml", null)] // "a00:…" runs into the address
    [InlineData("/x/00:0E:08:ab:cd:ef.xml", "000E08ABCDEF")]
    [InlineData("/000E08ABCDEF/000e08abcdef.cfg", "000E08ABCDEF")]
    [InlineData("/000E08ABCDEF/000E08ABCDE0.cfg", null)]
    [InlineData("/000E08ABCDEF0.cfg", null)]
    public void The_address_in_a_path_is_found_when_it_is_the_only_one(string path, string? mac) =>
        Assert.Equal(mac, ProvisioningAddress.Parse("https://a.example.com" + path, mac: null).MacInPath?.Upper);
}
