using SigningAuthority.Issuance.Configuration;

namespace SigningAuthority.Api.Publication;

/// <summary>
/// Every file under /roots/, made once for each change of the authorities. Addresses never change: a generation keeps its id, the client root
/// its well-known name, and a bundle its address while it grows.
/// </summary>
internal sealed class PublishedFiles(PublishedAuthorities authorities)
{
    private static readonly AuthorityPurpose[] Public = [AuthorityPurpose.ServerRoot, AuthorityPurpose.ClientRoot];

    private volatile Made? _made;

    public PublishedFile? Find(string name) => Current().GetValueOrDefault(name);

    private IReadOnlyDictionary<string, PublishedFile> Current()
    {
        var snapshot = authorities.Current;
        if (_made is not { } made || made.Of != snapshot)
            _made = made = new Made(snapshot, Make(snapshot));
        return made.Files;
    }

    private static Dictionary<string, PublishedFile> Make(AuthoritySnapshot snapshot)
    {
        var roots = snapshot.Authorities.Where(authority => Public.Contains(authority.Definition.Purpose)).ToList();
        IEnumerable<PublishedFile> files =
        [
            .. roots.SelectMany(root => NamesOf(root).SelectMany(name => Forms(name, root))),
            .. Bundle("client-bundle.pem", snapshot.Of(AuthorityPurpose.ClientRoot)),
            .. Bundle("server-bundle.pem", snapshot.Of(AuthorityPurpose.ServerRoot)),
            .. Bundle("bundle.pem", roots),
            RootsPage.Make(roots),
        ];
        return files.ToDictionary(file => file.Name);
    }

    private static IEnumerable<string> NamesOf(PublishedAuthority root) =>
        root.Definition.PublishedAs is { } wellKnown && wellKnown != root.Id ? [root.Id, wellKnown] : [root.Id];

    private static IEnumerable<PublishedFile> Forms(string name, PublishedAuthority root) =>
        new[] { "pem", "crt", "der" }
            .Select(extension => CertificateFormat.Find(extension)!)
            .Select(format => new PublishedFile(
                $"{name}.{format.Extension}",
                format.MediaType,
                format.Encode(root.Der, root.Der),
                root.CreatedAt
            ));

    private static IEnumerable<PublishedFile> Bundle(string name, IEnumerable<PublishedAuthority> roots)
    {
        var all = roots.ToList();
        if (all.Count > 0)
            yield return new PublishedFile(
                name,
                "application/pem-certificate-chain",
                [.. all.SelectMany(root => CertificateFormat.Pem(root.Der))],
                all.Max(root => root.CreatedAt)
            );
    }

    private sealed record Made(AuthoritySnapshot Of, IReadOnlyDictionary<string, PublishedFile> Files);
}
