using SigningAuthority.Issuance.Policy;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Policy;

public sealed class TestDeviceRulesTests
{
    [Theory]
    [InlineData("000E08FFFEFF", false, null)]
    [InlineData("000E08FFFF00", false, "mac-reserved-for-tests")]
    [InlineData("00:0e:08:ff:ff:7f", false, "mac-reserved-for-tests")]
    [InlineData("000E08FFFFFF", false, "mac-reserved-for-tests")]
    [InlineData("000E08FFFEFF", true, "mac-not-in-test-range")]
    [InlineData("000E08FFFF00", true, null)]
    [InlineData("000E08FFFFFF", true, null)]
    public void Units_and_test_devices_never_share_an_address(string mac, bool isTest, string? code) =>
        Assert.Equal(
            code is null ? [] : [code],
            ShippedPolicy.Codes(ShippedPolicy.Policy.Decide(ShippedPolicy.Device() with { Mac = mac, IsTest = isTest }))
        );

    [Fact]
    public void A_test_devices_certificate_is_short_lived_and_laid_out_as_a_units()
    {
        var test = Plan(ShippedPolicy.Device() with { Mac = "000E08FFFF01", IsTest = true });
        var unit = Plan(ShippedPolicy.Device());
        Assert.Equal(("test-device", 90), (test.Profile.Id, test.Profile.ValidityDays));
        Assert.Equal(unit.Authority, test.Authority);
        Assert.Equal(unit.Subject.ToRfc4514().Replace("000E08ABCDEF", "000E08FFFF01"), test.Subject.ToRfc4514());
    }

    [Fact]
    public void A_test_device_keeps_every_other_rule_of_a_units_identity() =>
        Assert.Equal(
            ["serial-syntax", "product-unknown"],
            ShippedPolicy.Codes(
                ShippedPolicy.Policy.Decide(
                    ShippedPolicy.Device() with
                    {
                        Mac = "000E08FFFF01",
                        Serial = "*",
                        Product = "SPA9999",
                        IsTest = true,
                    }
                )
            )
        );

    private static CertificatePlan Plan(DeviceFacts facts) => Assert.Single(ShippedPolicy.Policy.Decide(facts).Approved!.Redeem());
}
