using System.Globalization;
using System.Text.Json.Nodes;
using SigningAuthority.Issuance.Configuration;

namespace SigningAuthority.Signer.Rollover;

/// <summary>ca-config as it would stand on the day: the next generation signs at once, however long it was published.</summary>
internal static class ScratchConfiguration
{
    /// <param name="from">The running configuration's folder.</param>
    /// <param name="to">An empty folder.</param>
    /// <param name="generation">Id of the generation that is to sign.</param>
    /// <param name="now">It signs from a minute before on.</param>
    /// <exception cref="InvalidConfigurationException">The generation's predecessor has a day that has not come.</exception>
    public static AuthorityConfiguration Write(string from, string to, string generation, DateTimeOffset now)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        foreach (var file in Directory.EnumerateFiles(Path.Combine(to, "authorities"), "*.json"))
            Change(
                file,
                authority =>
                {
                    if ((string?)authority["id"] != generation)
                        return;
                    authority["activeFrom"] = now.AddMinutes(-1).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
                    authority["retired"] = false;
                }
            );
        foreach (var file in Directory.EnumerateFiles(Path.Combine(to, "policies"), "*.json"))
            Change(file, policy => policy["roots"]!["publishedDaysAhead"] = 0);
        return AuthorityConfiguration.Load(to);
    }

    private static void Change(string file, Action<JsonObject> change)
    {
        var content = JsonNode.Parse(File.ReadAllBytes(file))!.AsObject();
        change(content);
        File.WriteAllText(file, content.ToJsonString());
    }
}
