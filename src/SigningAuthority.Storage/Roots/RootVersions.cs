using SigningAuthority.Issuance.Roots;

namespace SigningAuthority.Storage.Roots;

/// <summary>Which version of the manifest a file is of. Immutable.</summary>
public sealed class RootVersions
{
    private readonly Dictionary<ManifestFile, long> _first = [];
    private readonly HashSet<ManifestFile> _newest;

    /// <param name="manifests">The oldest first.</param>
    public RootVersions(IReadOnlyList<RootManifest> manifests)
    {
        foreach (var manifest in manifests)
        {
            foreach (var file in manifest.Files)
                _first.TryAdd(file, manifest.Version);
        }

        _newest = manifests is [.., var newest] ? [.. newest.Files] : [];
        Version = manifests is [.., var last] ? last.Version : 0;
    }

    /// <summary>The newest; 0 where there is none.</summary>
    public long Version { get; }

    /// <summary>The first version that listed the file so; null for what none lists, such as the manifest itself.</summary>
    public long? FirstWith(string name, byte[] sha256) => _first.TryGetValue(Listed(name, sha256), out var version) ? version : null;

    /// <summary>Whether the newest version lists it so.</summary>
    public bool IsNewest(string name, byte[] sha256) => _newest.Contains(Listed(name, sha256));

    /// <summary>The files of the newest client bundle, in each form: who has one has it. None before the first manifest.</summary>
    public IReadOnlyList<(string Name, byte[] Sha256)> NewestClientBundle =>
        [
            .. _newest
                .Where(file => file.Name.StartsWith(RootFiles.ClientBundle + ".", StringComparison.Ordinal))
                .Select(file => (file.Name, Convert.FromHexString(file.Sha256))),
        ];

    private static ManifestFile Listed(string name, byte[] sha256) => new(name, Convert.ToHexStringLower(sha256));
}
