using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Configuration;

/// <summary>A copy of the shipped configuration to be changed; removed when disposed.</summary>
internal sealed class ConfigurationFolder : IDisposable
{
    public ConfigurationFolder()
    {
        Path = Directory.CreateTempSubdirectory("ca-config-").FullName;
        foreach (var section in new[] { "authorities", "device-families", "policies", "profiles", "stations" })
        {
            Directory.CreateDirectory(In(section));
            foreach (var file in Directory.EnumerateFiles(System.IO.Path.Combine(RepositoryFolder.Configuration, section)))
                File.Copy(file, In($"{section}/{System.IO.Path.GetFileName(file)}"));
        }
    }

    public string Path { get; }

    public string In(string file) => System.IO.Path.Combine(Path, file);

    public void Replace(string file, string old, string replacement)
    {
        var text = File.ReadAllText(In(file));
        Assert.Contains(old, text);
        var at = text.IndexOf(old, StringComparison.Ordinal);
        File.WriteAllText(In(file), text[..at] + replacement + text[(at + old.Length)..]);
    }

    /// <summary>Adds a list of weak keys, and its name to the policy.</summary>
    public void AddBlocklist(string text)
    {
        Directory.CreateDirectory(In("weak-keys"));
        File.WriteAllText(In("weak-keys/made.txt"), text);
        Replace("policies/policy.json", "\"blocklists\": []", "\"blocklists\": [\"weak-keys/made.txt\"]");
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
