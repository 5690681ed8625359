using System.Text;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Roots;

namespace SigningAuthority.UnitTests.Issuance.Roots;

/// <summary>Roots whose bytes only look like certificates: what is published hashes and carries them, it does not read them.</summary>
internal static class SampleRoots
{
    public const string Origin = "log.example.com/issuance";

    public static readonly DateTimeOffset Day = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    public static PublishedRoot Client { get; } = Root("client", AuthorityPurpose.ClientRoot, Standing.Current, "spacroot");

    public static PublishedRoot NextClient { get; } =
        Root("client-2", AuthorityPurpose.ClientRoot, Standing.Next, null) with
        {
            ActiveFrom = Day.AddDays(90),
        };

    public static PublishedRoot Server { get; } = Root("sipura", AuthorityPurpose.ServerRoot, Standing.Current, null);

    public static RootManifest Manifest(long version, params IReadOnlyList<PublishedRoot> roots) =>
        RootManifest.Of(Origin, version, Day.AddHours(version), roots);

    private static PublishedRoot Root(string id, AuthorityPurpose purpose, Standing standing, string? publishedAs) =>
        new(
            id,
            purpose,
            standing,
            $"The root {id}",
            $"CN=Root {id}",
            publishedAs,
            null,
            Day,
            Day.AddYears(20),
            [0x30, (byte)id.Length, .. Encoding.ASCII.GetBytes(id)],
            Encoding.ASCII.GetBytes("key of " + id)
        );
}
