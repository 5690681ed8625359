using SigningAuthority.Issuance.Devices;

namespace SigningAuthority.Issuance.Policy;

/// <summary>
/// Test devices and real ones never share a MAC address: a certificate that somebody holds to try servers with must not be able
/// to fetch a unit's file, and no unit may be made that it could.
/// </summary>
internal static class TestMacRangeRule
{
    private const string Source = "policies/policy.json device.testMacRange";

    private static readonly Rule Reserved = new("mac-reserved-for-tests", Source);
    private static readonly Rule Outside = new("mac-not-in-test-range", Source);

    public static Violation? Find(MacAddress mac, bool isTest, MacRangeSettings range)
    {
        var isReserved = string.CompareOrdinal(range.First, mac.Upper) <= 0 && string.CompareOrdinal(mac.Upper, range.Last) <= 0;
        return (isTest, isReserved) switch
        {
            (false, true) => Reserved.BrokenBy(
                "mac",
                $"an address outside of {range.First} to {range.Last}",
                mac.Upper,
                "This address is kept for test devices; no unit has it.",
                "send the unit's own address"
            ),
            (true, false) => Outside.BrokenBy(
                "mac",
                $"an address from {range.First} to {range.Last}",
                mac.Upper,
                "A test device's address is one that no unit ever gets.",
                $"operator test-device --mac {range.First} …"
            ),
            _ => null,
        };
    }
}
