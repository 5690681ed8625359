using FsCheck;
using FsCheck.Fluent;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Firmware;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Firmware;

public sealed class FirmwareRangeTests
{
    private static readonly string?[] Cuts = [null, "1.0", "1.3.3", "2.0", "7.5.6", "10.0"];

    [Fact]
    public void Every_firmware_is_in_exactly_one_range_and_has_the_roots_that_the_range_has() =>
        Prop.ForAll(
                (
                    from family in Families
                    from major in Gen.Choose(0, 12)
                    from minor in Gen.Choose(0, 9)
                    select (family, major, minor)
                ).ToArbitrary(),
                x =>
                {
                    var firmware = new Version(x.major, x.minor, 1);
                    var range = FirmwareRange.Partition(x.family).Single(range => range.Contains(firmware));
                    return x.family.ServerRoots.All(root =>
                        range.Has(root) == FirmwareRange.Of(root.FromFirmware, root.BeforeFirmware).Contains(firmware)
                    );
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_family_without_limits_has_one_range() =>
        Assert.Equal([new FirmwareRange(null, null)], FirmwareRange.Partition(ShippedPolicy.Configuration.FindFamily("SPA962")!));

    private static Gen<DeviceFamily> Families =>
        from roots in Gen.ListOf(Ranges, 3)
        from known in Gen.ListOf(Ranges, 2)
        select new DeviceFamily
        {
            Id = "f",
            DisplayName = "f",
            Products = ["F"],
            ServerRoots = [.. roots.Select((range, i) => new TrustedGeneration($"g{i}", range.From, range.Before))],
            FirmwareAccepts = [.. known.Select(range => new FirmwareDeviation(range.From, range.Before, LargestRsaBits: 2048))],
        };

    private static Gen<(string? From, string? Before)> Ranges =>
        from a in Gen.Choose(0, Cuts.Length - 2)
        from b in Gen.Choose(a + 1, Cuts.Length)
        select (Cuts[a], b == Cuts.Length ? null : Cuts[b]);
}
