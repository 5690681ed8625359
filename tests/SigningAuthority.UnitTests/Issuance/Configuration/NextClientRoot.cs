using SigningAuthority.Issuance.Configuration;

namespace SigningAuthority.UnitTests.Issuance.Configuration;

/// <summary>Further generations of the shipped client root.</summary>
internal static class NextClientRoot
{
    public static readonly DateTimeOffset Day = new(2027, 3, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes authorities/<paramref name="id"/>.json; by default of the same subject as its predecessor.</summary>
    public static void Add(
        ConfigurationFolder folder,
        string id = "client-2",
        string succeeds = "client",
        string? activeFrom = "2027-03-01T00:00:00Z",
        bool retired = false,
        string commonName = "Device Client Root CA"
    )
    {
        File.Copy(folder.In("authorities/client.json"), folder.In($"authorities/{id}.json"));
        var file = $"authorities/{id}.json";
        folder.Replace(file, "\"id\": \"client\"", $"\"id\": \"{id}\", \"succeeds\": \"{succeeds}\"");
        folder.Replace(file, "\"keyLabel\": \"client\"", $"\"keyLabel\": \"{id}\"");
        folder.Replace(file, "Device Client Root CA", commonName);
        var rest = (activeFrom is null ? "" : $", \"activeFrom\": \"{activeFrom}\"") + (retired ? ", \"retired\": true" : "");
        folder.Replace(file, ",\n  \"publishedAs\": \"spacroot\"", rest);
    }

    /// <summary>The shipped configuration and client-2, to be published 90 days ahead.</summary>
    public static AuthorityConfiguration Configuration(Action<ConfigurationFolder>? change = null)
    {
        using var folder = new ConfigurationFolder();
        Add(folder);
        change?.Invoke(folder);
        return AuthorityConfiguration.Load(folder.Path);
    }
}
