using FsCheck;
using FsCheck.Fluent;
using SigningAuthority.IssuanceLog.Tiles;
using Xunit;

namespace SigningAuthority.UnitTests.IssuanceLog.Tiles;

public sealed class EntryBundleTests
{
    [Fact]
    public void Each_entry_follows_its_length()
    {
        Assert.Equal("0003616263000000010a"u8.ToArray(), Hex(EntryBundle.Encode(["abc"u8.ToArray(), [], [10]])));
        Assert.Empty(EntryBundle.Encode([]));
    }

    [Fact]
    public void A_bundle_reads_back_and_no_part_of_it_does() =>
        Prop.ForAll(
                Gen.Choose(0, 40).SelectMany(length => Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf(length)).ListOf().ToArbitrary(),
                entries =>
                {
                    var bundle = EntryBundle.Encode(entries);
                    var read = EntryBundle.Read(bundle, entries.Count);
                    return read.Select(entry => entry.ToArray()).SequenceEqual(entries, new ByOctets())
                        && Enumerable.Range(0, bundle.Length).All(length => IsRefused(bundle[..length], entries.Count))
                        && IsRefused([.. bundle, 0], entries.Count)
                        && IsRefused(bundle, entries.Count + 1);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void The_longest_entry_fits_and_a_longer_one_does_not()
    {
        Assert.Equal(65_537, EntryBundle.Encode([new byte[65_535]]).Length);
        Assert.Throws<ArgumentException>(() => EntryBundle.Encode([new byte[65_536]]));
    }

    private static bool IsRefused(byte[] bundle, int count)
    {
        try
        {
            return EntryBundle.Read(bundle, count) is null;
        }
        catch (FormatException)
        {
            return true;
        }
    }

    private static byte[] Hex(byte[] bytes) => System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes));

    private sealed class ByOctets : IEqualityComparer<byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => obj.Length;
    }
}
