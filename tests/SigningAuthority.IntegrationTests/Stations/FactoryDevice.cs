using System.Security.Cryptography;
using SigningAuthority.IntegrationTests.Faults;
using SigningAuthority.IntegrationTests.Fixtures;

namespace SigningAuthority.IntegrationTests.Stations;

/// <summary>A unit on the line, with a key of its own. Addresses and serial numbers are given once in a test process.</summary>
internal sealed record FactoryDevice(string Mac, string Serial, string Product, RSA Key)
{
    private static int s_made;

    public string Csr => InMemoryRequest.ToPem(InMemoryRequest.Make(Mac, Key));

    public object Submission =>
        new
        {
            mac = Mac,
            serial = Serial,
            product = Product,
            csr = Csr,
        };

    /// <summary>An address that no unit has.</summary>
    public static string NextMac() => MacOf(Interlocked.Increment(ref s_made));

    public static FactoryDevice Make(string product = "SPA962")
    {
        var number = Interlocked.Increment(ref s_made);
        return new FactoryDevice(MacOf(number), $"FM500H{number:D6}", product, RSA.Create(2048));
    }

    /// <summary>With a key that is made out of primes at hand, for tests of hundreds.</summary>
    public static FactoryDevice MakeQuickly(string product = "SPA962")
    {
        var number = Interlocked.Increment(ref s_made);
        return new FactoryDevice(MacOf(number), $"FM500H{number:D6}", product, QuickKeys.Next());
    }

    /// <summary>As the station asks for another certificate in place of the one that the unit has.</summary>
    public object Reissue(string reason, string? note = null, string? of = null) =>
        new
        {
            mac = Mac,
            serial = Serial,
            product = Product,
            csr = Csr,
            reissue = new
            {
                reason,
                note,
                of,
            },
        };

    /// <summary>A reissue that names its order.</summary>
    public object ReissueFrom(string order, string? serial = null, string? of = null) =>
        new
        {
            mac = Mac,
            serial = serial ?? Serial,
            product = Product,
            csr = Csr,
            order,
            reissue = new { reason = "rework", of },
        };

    /// <summary>As the station draws it from an order that it names.</summary>
    public object Drawn(string order, string? mac = null) =>
        new
        {
            mac = mac ?? Mac,
            serial = Serial,
            product = Product,
            csr = Csr,
            order,
        };

    /// <summary>The same unit with another key, as after a repair.</summary>
    public FactoryDevice WithOtherKey() => this with { Key = RSA.Create(2048) };

    private static string MacOf(int number) => $"000E08{number:X6}";
}
