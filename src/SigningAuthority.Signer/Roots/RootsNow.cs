using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Roots;
using SigningAuthority.Storage.Certificates;

namespace SigningAuthority.Signer.Roots;

/// <summary>The roots as they are to be published at a moment.</summary>
internal static class RootsNow
{
    /// <param name="configuration">Says which roots there are.</param>
    /// <param name="recorded">Says which have been made.</param>
    /// <param name="times">Say since when.</param>
    /// <param name="now">Decides which of them signs.</param>
    public static IReadOnlyList<PublishedRoot> Of(
        AuthorityConfiguration configuration,
        IReadOnlyList<AuthorityCertificate> recorded,
        PublicationTimes times,
        DateTimeOffset now
    ) =>
        [
            .. from definition in PublishedOrder.Of(configuration)
            join authority in recorded on definition.Id equals authority.Authority
            where authority.Der is not null
            select new PublishedRoot(
                definition.Id,
                definition.Purpose,
                configuration.Generations.StandingOf(definition, times.PublishedAt, now),
                definition.DisplayName,
                definition.SubjectName.ToRfc4514(),
                definition.PublishedAs,
                StartOf(definition, configuration.Generations, times),
                authority.NotBefore,
                authority.NotAfter,
                authority.Der!,
                authority.SubjectPublicKeyInfo
            ),
        ];

    /// <summary>
    /// What is published for the first time is said to sign from its day on. Where that is too early, the next version says from when: how
    /// long it takes until this one is signed is not known before.
    /// </summary>
    private static DateTimeOffset? StartOf(AuthorityDefinition definition, Generations generations, PublicationTimes times) =>
        definition.ActiveFrom is { } day ? generations.StartOf(definition, times.PublishedAt) ?? day : null;
}
