using SigningAuthority.Issuance.Policy;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Policy;

public sealed class GenerationRulesTests
{
    /// <summary>Device, as a provider writes it, and the generations that sign for it: one line of the vectors each.</summary>
    public static TheoryData<string, string> Devices
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var line in File.ReadLines(Path.Combine(RepositoryFolder.TestVectors, "generations.csv")).Skip(1))
                data.Add(line.Split(',')[0], line.Split(',')[1]);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void Each_device_has_the_generations_of_the_trade(string device, string generations) =>
        Assert.Equal(generations.Split(' '), Decide(device).Approved?.Authorities.Order());

    [Fact]
    public void Every_product_of_the_catalogue_is_in_the_vectors() =>
        Assert.Equal(
            ShippedPolicy.Configuration.DeviceFamilies.SelectMany(family => family.Products).Order(),
            Devices.Select(row => ((string)row[0]).Split('@')[0].ToUpperInvariant()).Distinct().Order()
        );

    [Fact]
    public void One_request_gives_one_certificate_a_generation()
    {
        var approved = Decide("SPA962", "SPA504G", "SPA921", "spa504g@7.5.6", "PAP2").Approved!;
        Assert.Equal(["cisco-2k", "cisco-sb", "linksys", "sipura"], approved.Authorities);
        Assert.Equal(approved.Authorities, approved.Redeem().Select(plan => plan.Authority.Id));
    }

    [Fact]
    public void Each_device_that_is_not_known_is_named_by_its_place()
    {
        var violations = Decide("SPA962", "SPA9999", "", "SPA504G@new", "SPA504G@7", "*", "SPA504G@7.5.6@1").Violations;
        Assert.All(violations, violation => Assert.Equal("device-unknown", violation.Code));
        Assert.Equal(
            ["devices[1]", "devices[2]", "devices[3]", "devices[4]", "devices[5]", "devices[6]"],
            violations.Select(violation => violation.Field)
        );
    }

    [Fact]
    public void A_request_without_devices_is_refused() =>
        Assert.Equal(["devices-missing"], ShippedPolicy.Codes(ShippedPolicy.Policy.Decide(ShippedPolicy.Server() with { Devices = [] })));

    [Fact]
    public void Up_to_32_devices_are_taken()
    {
        Assert.NotNull(Decide([.. Enumerable.Repeat("SPA962", 32)]).Approved);
        Assert.Equal(["devices-too-many"], ShippedPolicy.Codes(Decide([.. Enumerable.Repeat("SPA962", 33)])));
    }

    [Fact]
    public void A_firmware_that_no_root_serves_is_said()
    {
        var policy = new IssuancePolicy(
            ShippedPolicy.With(
                "device-families/wip310.json",
                "\"authority\": \"cisco-sb\"",
                "\"authority\": \"cisco-sb\", \"fromFirmware\": \"2.0.6\", \"beforeFirmware\": \"9.0\""
            )
        );
        Assert.Equal(["device-firmware-without-root"], ShippedPolicy.Codes(policy.Decide(ShippedPolicy.Server(null, "WIP310@1.0.0"))));
        Assert.Equal(["device-firmware-without-root"], ShippedPolicy.Codes(policy.Decide(ShippedPolicy.Server(null, "WIP310@9.0"))));
        Assert.Equal(["device-firmware-without-root"], ShippedPolicy.Codes(policy.Decide(ShippedPolicy.Server(null, "WIP310"))));
        Assert.NotNull(policy.Decide(ShippedPolicy.Server(null, "WIP310@2.0.6")).Approved);
    }

    [Fact]
    public void An_authority_whose_ceremony_was_not_held_signs_nothing()
    {
        var facts = ShippedPolicy.Server(null, "SPA962", "SPA504G") with { AvailableAuthorities = ShippedPolicy.Available("sipura") };
        var violation = Assert.Single(ShippedPolicy.Policy.Decide(facts).Violations);
        Assert.Equal(("authority-not-available", "Cisco Small Business CA"), (violation.Code, violation.Actual));
    }

    [Fact]
    public void At_the_key_the_generations_must_be_those_promised_at_the_door()
    {
        var facts = ShippedPolicy.Server(null, "SPA962", "SPA504G");
        Assert.NotNull(ShippedPolicy.Policy.Decide(facts with { PromisedAuthorities = ["sipura", "cisco-sb"] }).Approved);
        Assert.Equal(
            ["authorities-changed"],
            ShippedPolicy.Codes(ShippedPolicy.Policy.Decide(facts with { PromisedAuthorities = ["sipura"] }))
        );
        Assert.Equal(["authorities-changed"], ShippedPolicy.Codes(ShippedPolicy.Policy.Decide(facts with { PromisedAuthorities = [] })));
    }

    [Fact]
    public void A_generation_that_knows_no_alternative_name_gets_none()
    {
        var policy = new IssuancePolicy(ShippedPolicy.With("authorities/sipura.json", "\"Ignored\"", "\"NotTolerated\""));
        var plans = policy.Decide(ShippedPolicy.Server(null, "SPA962", "SPA504G")).Approved!.Redeem();
        Assert.Empty(plans.Single(plan => plan.Authority.Id == "sipura").DnsNames);
        Assert.Equal(["sprov.callme.com"], plans.Single(plan => plan.Authority.Id == "cisco-sb").DnsNames);
    }

    private static PolicyDecision Decide(params string[] devices) => ShippedPolicy.Policy.Decide(ShippedPolicy.Server(null, devices));
}
