using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Storage.Certificates;

namespace SigningAuthority.Api.Publication;

/// <summary>An authority of the configuration with the certificate that its ceremony made.</summary>
internal sealed record PublishedAuthority(
    AuthorityDefinition Definition,
    byte[] Der,
    byte[] Sha256,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter,
    DateTimeOffset CreatedAt
)
{
    public string Id => Definition.Id;
}

/// <summary>All authorities at one moment. Immutable.</summary>
internal sealed class AuthoritySnapshot
{
    private readonly int _rows;

    private AuthoritySnapshot(int rows, IReadOnlyList<PublishedAuthority> authorities, IReadOnlySet<string> available)
    {
        _rows = rows;
        Authorities = authorities;
        Available = available;
    }

    public static AuthoritySnapshot Empty { get; } = new(0, [], new HashSet<string>());

    /// <summary>Those with certificates, in the configuration's order.</summary>
    public IReadOnlyList<PublishedAuthority> Authorities { get; }

    /// <summary>Ids of those whose ceremony has been held, the log's key too.</summary>
    public IReadOnlySet<string> Available { get; }

    public static AuthoritySnapshot Of(AuthorityConfiguration configuration, IReadOnlyList<AuthorityCertificate> rows)
    {
        var byId = rows.ToDictionary(row => row.Authority);
        return new AuthoritySnapshot(
            rows.Count,
            [
                .. configuration
                    .Authorities.Where(authority => byId.TryGetValue(authority.Id, out var row) && row.Der is not null)
                    .Select(authority => Publish(authority, byId[authority.Id])),
            ],
            byId.Keys.ToHashSet()
        );
    }

    /// <summary>Rows are only ever added, so their number tells.</summary>
    public bool IsOf(IReadOnlyList<AuthorityCertificate> rows) => rows.Count == _rows;

    public IEnumerable<PublishedAuthority> Of(AuthorityPurpose purpose) =>
        Authorities.Where(authority => authority.Definition.Purpose == purpose);

    public PublishedAuthority? Find(string id) => Authorities.FirstOrDefault(authority => authority.Id == id);

    private static PublishedAuthority Publish(AuthorityDefinition definition, AuthorityCertificate row) =>
        new(definition, row.Der!, row.Sha256!, row.NotBefore, row.NotAfter, row.CreatedAt);
}
