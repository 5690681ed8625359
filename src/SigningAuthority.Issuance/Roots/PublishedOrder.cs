using SigningAuthority.Issuance.Configuration;

namespace SigningAuthority.Issuance.Roots;

/// <summary>In which order roots are listed, and stand in bundles.</summary>
public static class PublishedOrder
{
    /// <summary>The public authorities: as the configuration has the first of each chain, and behind it those that succeed it.</summary>
    public static IEnumerable<AuthorityDefinition> Of(AuthorityConfiguration configuration) =>
        configuration
            .Authorities.Where(authority =>
                authority is { Purpose: AuthorityPurpose.ServerRoot or AuthorityPurpose.ClientRoot, Succeeds: null }
            )
            .SelectMany(authority => configuration.Generations.From(authority.Id));
}
