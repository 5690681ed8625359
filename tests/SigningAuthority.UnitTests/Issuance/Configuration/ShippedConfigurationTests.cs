using SigningAuthority.Issuance.Configuration;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Configuration;

public sealed class ShippedConfigurationTests
{
    [Fact]
    public void The_shipped_configuration_loads()
    {
        var configuration = AuthorityConfiguration.Load(RepositoryFolder.Configuration);
        Assert.Equal(
            ["cisco-2k", "cisco-sb", "client", "linksys", "log", "service", "sipura", "station"],
            configuration.Authorities.Select(authority => authority.Id)
        );
        Assert.Equal(
            ["Cisco 2k Small Business CA", "Cisco Small Business CA", "Linksys CA", "Sipura CA"],
            configuration
                .Authorities.Where(authority => authority.Purpose == AuthorityPurpose.ServerRoot)
                .Select(authority => authority.DisplayName)
        );
        Assert.Equal("spacroot", Assert.Single(configuration.ClientRoots).PublishedAs);
    }

    [Fact]
    public void The_shipped_configuration_sets_nothing_unsafe()
    {
        foreach (
            var file in Directory
                .EnumerateFiles(RepositoryFolder.Configuration, "*.json", SearchOption.AllDirectories)
                .Where(file => !file.EndsWith(".schema.json", StringComparison.Ordinal))
        )
            Assert.DoesNotMatch("\"unsafe[A-Za-z0-9]*\": *true|\"Unsafe", File.ReadAllText(file));
    }

    [Fact]
    public void The_devices_of_the_manuals_are_in_the_catalogue() =>
        Assert.All(
            ["SPA2102", "SPA501G", "SPA504G", "SPA525G2", "WIP310", "SPA922", "SPA962", "SPA921"],
            product => Assert.NotNull(ShippedPolicy.Configuration.FindFamily(product))
        );

    [Fact]
    public void The_hash_is_of_every_file_and_its_name()
    {
        using var folder = new ConfigurationFolder();
        var original = AuthorityConfiguration.Load(folder.Path).Hash;
        Assert.Equal(ShippedPolicy.Configuration.Hash, original);
        Assert.Matches("\\A[0-9a-f]{64}\\z", original);

        File.Move(folder.In("device-families/wip310.json"), folder.In("device-families/zip310.json"));
        var renamed = AuthorityConfiguration.Load(folder.Path).Hash;
        folder.Replace("policies/policy.json", "\"version\": \"2\"", "\"version\": \"3\"");
        Assert.Equal(3, new[] { original, renamed, AuthorityConfiguration.Load(folder.Path).Hash }.Distinct().Count());
    }

    [Fact]
    public void A_list_of_weak_keys_is_part_of_the_hash()
    {
        using var folder = new ConfigurationFolder();
        folder.AddBlocklist("0123456789abcdef0123\n");
        var one = AuthorityConfiguration.Load(folder.Path);
        File.AppendAllText(folder.In("weak-keys/made.txt"), "3210fedcba9876543210\n");
        var two = AuthorityConfiguration.Load(folder.Path);
        Assert.NotEqual(one.Hash, two.Hash);
        Assert.Equal((1, 2), (one.BlockedKeys.Count, two.BlockedKeys.Count));
    }
}
