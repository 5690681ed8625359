using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Roots;
using SigningAuthority.Storage.Certificates;

namespace SigningAuthority.Api.Publication;

/// <summary>An authority of the configuration with the certificate that its ceremony made.</summary>
internal sealed record PublishedAuthority(
    AuthorityDefinition Definition,
    byte[] Der,
    byte[] Sha256,
    byte[] SubjectPublicKeyInfo,
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
    private readonly IReadOnlyDictionary<string, AuthorityCertificate> _rows;

    private AuthoritySnapshot(
        IReadOnlyDictionary<string, AuthorityCertificate> rows,
        IReadOnlyList<PublishedAuthority> authorities,
        PublicationTimes times
    )
    {
        _rows = rows;
        Authorities = authorities;
        Times = times;
    }

    public static AuthoritySnapshot Empty { get; } = new(new Dictionary<string, AuthorityCertificate>(), [], PublicationTimes.None);

    /// <summary>Those with certificates, in the configuration's order.</summary>
    public IReadOnlyList<PublishedAuthority> Authorities { get; }

    /// <summary>Since when each is published, the log's key too.</summary>
    public PublicationTimes Times { get; }

    /// <summary>The Unix epoch before the first.</summary>
    public DateTimeOffset LastCeremony => _rows.Count == 0 ? DateTimeOffset.UnixEpoch : _rows.Values.Max(row => row.CreatedAt);

    public static AuthoritySnapshot Of(
        AuthorityConfiguration configuration,
        IReadOnlyList<AuthorityCertificate> rows,
        PublicationTimes times
    )
    {
        var byId = rows.ToDictionary(row => row.Authority);
        return new AuthoritySnapshot(
            byId,
            [
                .. configuration
                    .Authorities.Where(authority => byId.TryGetValue(authority.Id, out var row) && row.Der is not null)
                    .Select(authority => Publish(authority, byId[authority.Id])),
            ],
            times
        );
    }

    /// <summary>Rows are only ever added, and what was published stays so: their numbers tell.</summary>
    public bool IsOf(IReadOnlyList<AuthorityCertificate> rows, PublicationTimes times) =>
        rows.Count == _rows.Count && times.PublishedAt.Count == Times.PublishedAt.Count;

    public IEnumerable<PublishedAuthority> Of(AuthorityPurpose purpose) =>
        Authorities.Where(authority => authority.Definition.Purpose == purpose);

    public PublishedAuthority? Find(string id) => Authorities.FirstOrDefault(authority => authority.Id == id);

    /// <summary>Of a ceremony, whether this configuration knows the authority or not.</summary>
    public AuthorityCertificate? FindRecorded(string id) => _rows.GetValueOrDefault(id);

    /// <summary>The log's key, DER SubjectPublicKeyInfo; null before its ceremony.</summary>
    public byte[]? LogKey => _rows.Values.FirstOrDefault(row => row.Purpose == nameof(AuthorityPurpose.LogKey))?.SubjectPublicKeyInfo;

    private static PublishedAuthority Publish(AuthorityDefinition definition, AuthorityCertificate row) =>
        new(definition, row.Der!, row.Sha256!, row.SubjectPublicKeyInfo, row.NotBefore, row.NotAfter, row.CreatedAt);
}
