using System.Text;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Roots;

namespace SigningAuthority.Api.Publication;

/// <summary>
/// Every file under /roots/, made once for each change. Addresses never change: a generation keeps its id, the client root its well-known
/// name, and a bundle its address while it grows.
/// </summary>
internal sealed class PublishedFiles(
    PublishedAuthorities authorities,
    PublishedManifests manifests,
    AuthorityConfiguration configuration,
    TimeProvider time
)
{
    private volatile Made? _made;

    public PublishedFile? Find(string name) => Current().Files.GetValueOrDefault(name);

    /// <summary>The roots of a kind that its bundle holds, in the bundle's order.</summary>
    public IReadOnlyList<PublishedRoot> Bundled(AuthorityPurpose purpose) =>
        [.. Current().Roots.Where(root => root.Purpose == purpose && root.IsBundled)];

    private Made Current()
    {
        var (snapshot, signed) = (authorities.Current, manifests.All);
        if (_made is not { } made || made.Of != snapshot || made.Signed != signed)
            _made = made = Make(snapshot, signed);
        return made;
    }

    private Made Make(AuthoritySnapshot snapshot, IReadOnlyList<PublishedManifest> all)
    {
        var signed = AtHand(snapshot, all);
        var newest = signed is [.., var last] ? last : null;
        var roots = RootsInForce.Of(snapshot, newest, configuration, time.GetUtcNow());
        IEnumerable<PublishedFile> files =
        [
            .. roots.SelectMany(root => RootFiles.Of(root).Select(file => Publish(file, CreatedAt(snapshot, root)))),
            .. RootFiles.BundlesOf(roots).Select(file => Publish(file, LastChange(file, signed, snapshot)) with { IsChanging = true }),
            .. ManifestFiles.Of(signed, snapshot.LogKey),
            RootsPage.Make(roots, newest, newest?.Stored.At ?? snapshot.LastCeremony),
        ];
        return new Made(snapshot, all, roots, files.ToDictionary(file => file.Name));
    }

    /// <summary>
    /// Without the newest ones that list a root whose certificate was not read yet: manifests are read oftener than authorities, and until
    /// these are read too, list and files are those of the version before.
    /// </summary>
    private static IReadOnlyList<PublishedManifest> AtHand(AuthoritySnapshot snapshot, IReadOnlyList<PublishedManifest> all)
    {
        var count = all.Count;
        while (count > 0 && !all[count - 1].Content.IsOf(id => snapshot.FindRecorded(id)?.Der))
            count--;
        return count == all.Count ? all : [.. all.Take(count)];
    }

    private static PublishedFile Publish(RootFile file, DateTimeOffset lastModified) =>
        new(file.Name, MediaTypeOf(file.Name), file.Content, lastModified);

    // A bundle is what every one of its roots' PEM files is, only longer.
    private static string MediaTypeOf(string name) => CertificateFormat.Find(name[(name.LastIndexOf('.') + 1)..])!.MediaType;

    private static DateTimeOffset CreatedAt(AuthoritySnapshot snapshot, PublishedRoot root) => snapshot.FindRecorded(root.Id)!.CreatedAt;

    /// <summary>When the file became what it is: the first of the newest versions that all have it so.</summary>
    private static DateTimeOffset LastChange(RootFile file, IReadOnlyList<PublishedManifest> signed, AuthoritySnapshot snapshot)
    {
        var named = new ManifestFile(file.Name, file.Sha256);
        return signed.Reverse().TakeWhile(manifest => manifest.Content.Bundles.Contains(named)).LastOrDefault()?.Stored.At
            ?? snapshot.LastCeremony;
    }

    private sealed record Made(
        AuthoritySnapshot Of,
        IReadOnlyList<PublishedManifest> Signed,
        IReadOnlyList<PublishedRoot> Roots,
        IReadOnlyDictionary<string, PublishedFile> Files
    );
}
