using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Profiles;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Policy;

/// <summary>
/// A device's identity. Providers' software reads the MAC out of the subject with patterns, so the hygiene of the values
/// is a security rule: whatever else looks like a MAC is another device.
/// </summary>
internal sealed class DeviceIdentityRules : RuleSet<DeviceIdentity>
{
    private static readonly Rule MacSyntax = new("mac-syntax", "IEEE 802-2014 §8.2: 12 hexadecimal digits");
    private static readonly Rule MacMulticast = new("mac-multicast", "IEEE 802-2014 §8.2.2: the I/G bit marks a group");
    private static readonly Rule MacLocal = new(
        "mac-locally-administered",
        "IEEE 802-2014 §8.2.2: the U/L bit marks an address that its maker did not assign"
    );
    private static readonly Rule MacForeign = new("mac-oui-not-held", "policies/policy.json device.heldOuis");
    private static readonly Rule SerialSyntax = new("serial-syntax", "1 to 32 letters, digits and \"-\": nothing that reads as DN syntax");
    private static readonly Rule SerialHexRun = new(
        "serial-hex-run",
        "providers' parsers take the last 12 hexadecimal digits of the subject for the MAC; policies/policy.json device.serialWithForeignHexRun"
    );
    private static readonly Rule Reserved = new(
        "subject-reserved",
        "policies/policy.json device.reservedSubjectValues: the shared certificate of early units"
    );
    private static readonly Rule SubjectTooLong = new("subject-too-long", "RFC 5280 appendix A.1: upper bounds; profiles/*.json subject");
    private static readonly Rule ProductUnknown = new("product-unknown", "device-families/*.json products");
    private static readonly Rule ProfileUnknown = new("order-profile-unknown", "profiles/*.json, for Device");
    private static readonly Rule ProductNotIssued = new("product-not-issued", "device-families/*.json deviceCertificates");

    public DeviceIdentityRules(AuthorityConfiguration configuration)
    {
        var settings = configuration.Policy.Device;
        Check(facts => FindInMac(facts.Mac, settings));
        Check(facts =>
            MacAddress.TryParse(facts.Mac, out var mac) ? TestMacRangeRule.Find(mac, facts.IsTest, settings.TestMacRange) : null
        );
        Check(facts => FindInSerial(facts.Serial, facts.Mac, settings));
        Check(facts => FindInProduct(configuration, facts.Product));
        Check(facts => FindInProfile(configuration, facts.Profile));
        Check(facts => FindInSubject(configuration, facts));
        Check(facts =>
            Select(configuration, facts.Product, facts.AvailableAuthorities, facts.PromisedAuthorities) is { } authority
                ? AvailabilityRule.Find(configuration, [authority], facts.AvailableAuthorities, facts.PromisedAuthorities)
                : []
        );
    }

    /// <summary>The generation of the client root that signs for a product, or null.</summary>
    public static AuthorityDefinition? Select(
        AuthorityConfiguration configuration,
        string? product,
        AuthoritiesAt available,
        IReadOnlyList<string>? promised
    ) =>
        product is not null && configuration.FindFamily(product)?.DeviceCertificates is { } issuance
            ? AvailabilityRule.Choose(configuration, issuance.Authority, available, promised)
            : null;

    private static IEnumerable<Violation> FindInMac(string? text, DeviceSettings settings)
    {
        if (!MacAddress.TryParse(text, out var mac))
        {
            yield return MacSyntax.BrokenBy(
                "mac",
                "12 hexadecimal digits",
                text ?? "nothing",
                "The MAC address can't be read.",
                "send the address on the unit's label, e.g. \"mac\":\"000E08ABCDEF\""
            );
            yield break;
        }

        const string fix = "send the unit's own address";
        if (mac.IsMulticast)
            yield return MacMulticast.BrokenBy("mac", "a unicast address", mac.Upper, "This is a group address, no device's.", fix);
        if (mac.IsLocallyAdministered)
            yield return MacLocal.BrokenBy(
                "mac",
                "a universally administered address",
                mac.Upper,
                "This address was not assigned by a maker.",
                fix
            );
        if (!settings.HeldOuis.Contains(mac.Oui))
            yield return MacForeign.BrokenBy(
                "mac",
                "an address in " + string.Join(", ", settings.HeldOuis),
                mac.Upper,
                "This address is in nobody's range of ours.",
                fix
            );
    }

    private static IEnumerable<Violation> FindInSerial(string? text, string? mac, DeviceSettings settings)
    {
        const string fix = "send the serial number on the unit's label";
        if (!DeviceSerialNumber.TryParse(text, out var serial))
        {
            yield return SerialSyntax.BrokenBy(
                "serial",
                "1 to 32 letters, digits and \"-\"",
                text ?? "nothing",
                "The serial number can't be put into a subject safely.",
                fix
            );
            yield break;
        }

        var isOwnMac = MacAddress.TryParse(mac, out var own) && string.Equals(serial.Value, own.Upper, StringComparison.OrdinalIgnoreCase);
        if (!isOwnMac && settings.SerialWithForeignHexRun == ForeignHexRun.Refuse && HexRun.IsIn(serial.Value))
            yield return SerialHexRun.BrokenBy(
                "serial",
                "no 12 hexadecimal digits in a row",
                serial.Value,
                "Providers' software would take part of this serial number for a MAC address.",
                fix
            );
        if (settings.ReservedSubjectValues.Contains(serial.Value, StringComparer.OrdinalIgnoreCase))
            yield return Reserved.BrokenBy("serial", "a unit's own serial number", serial.Value, "This value is reserved.", fix);
    }

    /// <summary>What the profile makes of the values has to fit; each of them alone does.</summary>
    private static IEnumerable<Violation> FindInSubject(AuthorityConfiguration configuration, DeviceIdentity facts)
    {
        if (
            !MacAddress.TryParse(facts.Mac, out var mac)
            || !DeviceSerialNumber.TryParse(facts.Serial, out var serial)
            || facts.Product is null
            || configuration.FindFamily(facts.Product)?.DeviceCertificates is not { } issuance
        )
            return [];

        // A profile that is not there is a violation of its own.
        var profile = facts.IsTest
            ? configuration.TheProfile(RequestKind.TestDevice)
            : configuration.FindProfile(facts.Profile ?? issuance.Profile);
        if (profile is null)
            return [];
        var values = SubjectTemplate.DeviceValues(mac, serial.Value, facts.Product);
        return SubjectTemplate
            .FindTooLong(profile.Subject, values)
            .Select(part =>
                SubjectTooLong.BrokenBy(
                    "serial",
                    $"at most {part.Bound} characters in {part.Type}",
                    $"{part.Length} characters",
                    "The serial number does not fit the subject of this product's certificates.",
                    "send a shorter serial number, or give the product's family another profile"
                )
            );
    }

    /// <summary>An order outlives the configuration that it was made under.</summary>
    private static Violation? FindInProfile(AuthorityConfiguration configuration, string? profile) =>
        profile is null || configuration.FindProfile(profile)?.For == RequestKind.Device
            ? null
            : ProfileUnknown.BrokenBy(
                "order.profile",
                "a profile for devices",
                profile,
                "The production order names a profile that is not configured for devices any more.",
                "bring the profile back, or close the order and make another"
            );

    private static Violation? FindInProduct(AuthorityConfiguration configuration, string? product)
    {
        if (product is null || configuration.FindFamily(product) is not { } family)
            return ProductUnknown.BrokenBy(
                "product",
                "a model name of the catalogue, upper case",
                product ?? "nothing",
                "This product is not in the catalogue.",
                "send the model name, e.g. \"product\":\"SPA504G\""
            );
        return family.DeviceCertificates is null
            ? ProductNotIssued.BrokenBy(
                "product",
                "a product whose devices have certificates",
                product,
                "Devices of this family get no certificates.",
                "add deviceCertificates to the family's file"
            )
            : null;
    }
}
