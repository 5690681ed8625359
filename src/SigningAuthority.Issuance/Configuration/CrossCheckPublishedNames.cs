using System.Text.RegularExpressions;

namespace SigningAuthority.Issuance.Configuration;

/// <content>Names of authorities are names of files under /roots/ and /crl/, where other files stand too.</content>
internal sealed partial class CrossCheck
{
    private void CheckPublishedNames()
    {
        foreach (var authority in _files.Authorities)
        {
            RequireFree(authority, authority.Id, "$.id");
            if (authority.PublishedAs is not { } known)
                continue;
            RequireFree(authority, known, "$.publishedAs");
            Require(
                _files.Authorities.All(other => other == authority || other.Id != known),
                authority,
                "$.publishedAs",
                $"'{known}' is the id of another authority, whose files have that name."
            );
        }
    }

    private void RequireFree(AuthorityDefinition authority, string name, string key) =>
        Require(
            !NameOfAnotherFile().IsMatch(name),
            authority,
            key,
            $"'{name}' is the name of something else that is published: bundles, manifests, their digests, the feed, the page."
        );

    [GeneratedRegex(
        @"\A(?:bundle|client-bundle|server-bundle|manifest|manifest-[0-9]+|sha256sums|feed|index)\z",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking
    )]
    private static partial Regex NameOfAnotherFile();
}
