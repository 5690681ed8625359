namespace SigningAuthority.Issuance.Configuration;

/// <summary>One thing wrong in ca-config/: which file, which key, and what.</summary>
/// <param name="File">Path below the configuration folder.</param>
/// <param name="Key">JSON path of the key ("$.serverRoots[1].authority").</param>
/// <param name="Message">What is wrong, in a sentence.</param>
public sealed record ConfigurationDefect(string File, string Key, string Message)
{
    public override string ToString() => $"{File}: {Key}: {Message}";
}

/// <summary>The configuration can't be used: no process starts with it. Every defect found, in file order.</summary>
public sealed class InvalidConfigurationException(string folder, IReadOnlyList<ConfigurationDefect> defects)
    : Exception($"{folder} can't be used:{string.Concat(defects.Select(defect => Environment.NewLine + "  " + defect))}")
{
    public IReadOnlyList<ConfigurationDefect> Defects { get; } = defects;
}
