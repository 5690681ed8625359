using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Roots;

namespace SigningAuthority.Api.Publication;

/// <summary>
/// The roots that are served: those of the newest signed manifest that is at hand as a whole, so that list and files agree at any moment; before there is one, as some
/// seconds after a first ceremony, those that ceremonies have made.
/// </summary>
internal static class RootsInForce
{
    public static IReadOnlyList<PublishedRoot> Of(
        AuthoritySnapshot authorities,
        PublishedManifest? manifest,
        AuthorityConfiguration configuration,
        DateTimeOffset now
    ) =>
        manifest is null
            ?
            [
                .. PublishedOrder
                    .Of(configuration)
                    .Select(definition => authorities.Find(definition.Id))
                    .OfType<PublishedAuthority>()
                    .Select(root =>
                        Describe(root, configuration.Generations.StandingOf(root.Definition, authorities.Times.PublishedAt, now))
                    ),
            ]
            :
            [
                .. manifest
                    .Content.Roots.Select(root => authorities.FindRecorded(root.Id) is { } recorded ? Describe(root, recorded) : null)
                    .OfType<PublishedRoot>(),
            ];

    private static PublishedRoot? Describe(ManifestRoot root, Storage.Certificates.AuthorityCertificate recorded) =>
        new(
            root.Id,
            root.Purpose,
            root.Standing,
            root.DisplayName,
            root.Subject,
            root.PublishedAs,
            root.ActiveFrom,
            root.NotBefore,
            root.NotAfter,
            recorded.Der!,
            recorded.SubjectPublicKeyInfo
        );

    private static PublishedRoot Describe(PublishedAuthority root, Standing standing) =>
        new(
            root.Id,
            root.Definition.Purpose,
            standing,
            root.Definition.DisplayName,
            root.Definition.SubjectName.ToRfc4514(),
            root.Definition.PublishedAs,
            root.Definition.ActiveFrom,
            root.NotBefore,
            root.NotAfter,
            root.Der,
            root.SubjectPublicKeyInfo
        );
}
