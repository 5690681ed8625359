using System.Text.Json.Nodes;

namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>The shipped ca-config with some values of its own, in a folder of its own.</summary>
internal static class CaConfigCopy
{
    /// <param name="folder">Made here.</param>
    /// <param name="changes">A file's path below ca-config, and what becomes of its JSON.</param>
    public static void Write(string folder, params (string File, Action<JsonNode> Change)[] changes)
    {
        foreach (var file in Directory.EnumerateFiles(Repository.CaConfig, "*.json", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(Repository.CaConfig, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        foreach (var (file, change) in changes)
            Change(Path.Combine(folder, file), change);
    }

    public static void Change(string file, Action<JsonNode> change)
    {
        var json = JsonNode.Parse(File.ReadAllText(file))!;
        change(json);
        File.WriteAllText(file, json.ToJsonString());
    }
}
