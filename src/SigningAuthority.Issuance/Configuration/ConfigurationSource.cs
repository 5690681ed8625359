namespace SigningAuthority.Issuance.Configuration;

/// <summary>Where the files of ca-config/ are: a folder, or in memory, as signctl carries them.</summary>
/// <param name="List">Names of the JSON files of a section ("authorities/sipura.json"); null when the section is missing.</param>
/// <param name="Read">The content of a file by its name below the folder.</param>
internal sealed record ConfigurationSource(Func<string, IReadOnlyList<string>?> List, Func<string, byte[]> Read)
{
    public static ConfigurationSource Folder(string folder) =>
        new(
            section =>
                Path.Combine(folder, section) is var path && Directory.Exists(path)
                    ? [.. Directory.EnumerateFiles(path, "*.json").Select(file => $"{section}/{Path.GetFileName(file)}")]
                    : null,
            name => File.ReadAllBytes(Path.Combine(folder, name))
        );

    public static ConfigurationSource Of(IReadOnlyDictionary<string, byte[]> files) =>
        new(
            section => [.. files.Keys.Where(name => name.StartsWith(section + "/", StringComparison.Ordinal))],
            name => files.GetValueOrDefault(name) ?? throw new FileNotFoundException("There is no such file.", name)
        );
}
