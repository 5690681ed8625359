using SigningAuthority.Issuance.Policy;
using SigningAuthority.UnitTests.Issuance.Certificates;
using SigningAuthority.UnitTests.Issuance.Requests;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Policy;

public sealed class DeviceIdentityRulesTests
{
    [Theory]
    [InlineData("000E08ABCDEF")]
    [InlineData("000e08abcdef")]
    [InlineData("00:0e:08:AB:cd:EF")]
    [InlineData("00-0E-08-AB-CD-EF")]
    public void A_MAC_in_any_of_its_spellings_gives_the_same_subject(string mac) =>
        Assert.Equal(
            "CN=000E08ABCDEF,serialNumber=FM500F100001,OU=SPA504G,O=SigningAuthority",
            Assert.Single(ShippedPolicy.Policy.Decide(ShippedPolicy.Device() with { Mac = mac }).Approved!.Redeem()).Subject.ToRfc4514()
        );

    [Theory]
    [InlineData(null, "mac-syntax")]
    [InlineData("", "mac-syntax")]
    [InlineData("000E08ABCDE", "mac-syntax")]
    [InlineData("000E08ABCDEF0", "mac-syntax")]
    [InlineData("000E08ABCDEG", "mac-syntax")]
    [InlineData("00:0E:08-AB:CD:EF", "mac-syntax")]
    [InlineData("00 0E 08 AB CD EF", "mac-syntax")]
    [InlineData("000E.08AB.CDEF", "mac-syntax")]
    [InlineData(" 000E08ABCDEF", "mac-syntax")]
    [InlineData("000E08ABCDEF\n", "mac-syntax")]
    [InlineData("*", "mac-syntax")]
    [InlineData("000E08\uFF21\uFF22CDEF", "mac-syntax")]
    [InlineData("001B0CABCDEF", "mac-oui-not-held")]
    [InlineData("010E08ABCDEF", "mac-multicast", "mac-oui-not-held")]
    [InlineData("020E08ABCDEF", "mac-locally-administered", "mac-oui-not-held")]
    [InlineData("FFFFFFFFFFFF", "mac-multicast", "mac-locally-administered", "mac-oui-not-held")]
    [InlineData("000000000000", "mac-oui-not-held")]
    public void Any_other_MAC_is_refused(string? mac, params string[] codes) =>
        Assert.Equal(codes, Codes(ShippedPolicy.Device() with { Mac = mac }));

    [Theory]
    [InlineData("FM500F100000")]
    [InlineData("000E08ABCDEF", "its own MAC")]
    [InlineData("000e08abcdef", "its own MAC")]
    [InlineData("1")]
    [InlineData("A-B-C")]
    [InlineData("88012BA0123")]
    public void A_serial_number_is_letters_digits_and_hyphens(string serial, string why = "plain") =>
        Assert.True(ShippedPolicy.Policy.Decide(ShippedPolicy.Device() with { Serial = serial }).Approved is not null, why);

    [Theory]
    [InlineData(null, "serial-syntax")]
    [InlineData("", "serial-syntax")]
    [InlineData("123456789012345678901234567890123", "serial-syntax")]
    [InlineData("A*", "serial-syntax")]
    [InlineData("A/B", "serial-syntax")]
    [InlineData("A,CN=B", "serial-syntax")]
    [InlineData("A=B", "serial-syntax")]
    [InlineData("A+B", "serial-syntax")]
    [InlineData("A\"B", "serial-syntax")]
    [InlineData("A'B", "serial-syntax")]
    [InlineData("A B", "serial-syntax")]
    [InlineData("A\0", "serial-syntax")]
    [InlineData("A\n", "serial-syntax")]
    [InlineData("{MAC}", "serial-syntax")]
    [InlineData("Ａ", "serial-syntax")]
    [InlineData("88012BA01234", "serial-hex-run")]
    [InlineData("000E08ABCDE0", "serial-hex-run")]
    [InlineData("X000E08ABCDE0X", "serial-hex-run")]
    [InlineData("00-0E-08-AB-CD-E0", "serial-hex-run")]
    [InlineData("0000E08ABCDEF", "serial-hex-run")]
    [InlineData("00-0E-08-AB-CD-EF", "serial-hex-run")]
    [InlineData("ciscogeneric", "subject-reserved")]
    [InlineData("CiscoGeneric", "subject-reserved")]
    public void Any_other_serial_number_is_refused(string? serial, string code) =>
        Assert.Equal([code], Codes(ShippedPolicy.Device() with { Serial = serial }));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("spa504g")]
    [InlineData("SPA504G@7.5.6")]
    [InlineData("SPA9999")]
    [InlineData("*")]
    public void A_product_that_is_not_of_the_catalogue_is_refused(string? product) =>
        Assert.Equal(["product-unknown"], Codes(ShippedPolicy.Device() with { Product = product }));

    [Fact]
    public void A_family_without_device_certificates_gets_none()
    {
        const string issuance = ",\n  \"deviceCertificates\": {\n    \"authority\": \"client\",\n    \"profile\": \"cn-mac\"\n  }";
        var policy = new IssuancePolicy(ShippedPolicy.With("device-families/wip310.json", issuance, ""));
        Assert.Equal(["product-not-issued"], ShippedPolicy.Codes(policy.Decide(ShippedPolicy.Device() with { Product = "WIP310" })));
    }

    [Fact]
    public void Everything_that_is_wrong_with_a_device_is_said_at_once() =>
        Assert.Equal(
            ["mac-multicast", "mac-oui-not-held", "serial-hex-run", "product-unknown"],
            Codes(ShippedPolicy.Device() with { Mac = "FD0E08ABCDEF", Serial = "88012BA01234", Product = "SPA0" })
        );

    [Fact]
    public void The_client_root_must_have_had_its_ceremony()
    {
        Assert.Equal(
            ["authority-not-available"],
            Codes(ShippedPolicy.Device() with { AvailableAuthorities = ShippedPolicy.Available("sipura") })
        );
        Assert.Equal(["authorities-changed"], Codes(ShippedPolicy.Device() with { PromisedAuthorities = ["sipura"] }));
        Assert.NotNull(ShippedPolicy.Policy.Decide(ShippedPolicy.Device() with { PromisedAuthorities = ["client"] }).Approved);
    }

    [Fact]
    public void What_the_request_calls_itself_is_of_no_account() =>
        Assert.Equal(
            "CN=000E08ABCDEF,serialNumber=FM500F100001,OU=SPA504G,O=SigningAuthority",
            Assert
                .Single(
                    ShippedPolicy.Policy.Decide(ShippedPolicy.Device(new RequestBuilder().WithCommonName("whatever"))).Approved!.Redeem()
                )
                .Subject.ToRfc4514()
        );

    [Fact]
    public void A_subject_that_would_be_too_long_for_its_attribute_is_refused()
    {
        var policy = new IssuancePolicy(
            ShippedPolicy.With("device-families/spa5xx.json", "\"profile\": \"cn-mac\"", "\"profile\": \"cisco-sb\"")
        );
        var facts = ShippedPolicy.Device() with { Product = "SPA525G2", Serial = new string('X', 32) };
        var violation = Assert.Single(policy.Decide(facts).Violations);
        Assert.Equal(
            ("subject-too-long", "at most 64 characters in CN", "69 characters"),
            (violation.Code, violation.Expected, violation.Actual)
        );
        Assert.NotNull(policy.Decide(facts with { Serial = new string('X', 27) }).Approved);
    }

    [Fact]
    public void The_unsafe_setting_lets_the_serial_number_of_the_guides_through_policy_and_lint()
    {
        var policy = new IssuancePolicy(ShippedPolicy.With("policies/policy.json", "\"Refuse\"", "\"UnsafeAccept\""));
        var plan = Assert.Single(policy.Decide(ShippedPolicy.Device() with { Serial = "88012BA01234" }).Approved!.Redeem());
        Assert.Empty(SamplePlans.Lint(SamplePlans.Encode(plan), plan));
    }

    private static IReadOnlyList<string> Codes(DeviceFacts facts) => ShippedPolicy.Codes(ShippedPolicy.Policy.Decide(facts));

    [Theory]
    [InlineData("000E08ABCDEE", false)]
    [InlineData("00:0e:08:ab:cd:ef", true)]
    [InlineData("anything", true)]
    public void A_request_that_names_another_device_is_refused(string commonName, bool accepted)
    {
        var csr = new RequestBuilder().WithCommonName(commonName).Read();
        var decision = ShippedPolicy.Policy.Decide(ShippedPolicy.Device() with { Mac = "000E08ABCDEF", Request = csr });
        Assert.Equal(accepted ? [] : ["csr-names-another-device"], decision.Violations.Select(violation => violation.Code));
    }
}
