using System.Collections.Frozen;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Ocsp;

namespace SigningAuthority.Api.Publication.Ocsp;

/// <summary>An authority as CertIDs name it with one hash.</summary>
/// <param name="HashName">As stored answers have it.</param>
internal sealed class OcspIssuer(AuthorityDefinition authority, string hashName, byte[] idsBegin, byte[] ownSerialNumber)
{
    public AuthorityDefinition Authority => authority;

    public string HashName => hashName;

    /// <summary>Of its own certificate, which nobody issued but itself.</summary>
    public byte[] OwnSerialNumber => ownSerialNumber;

    /// <summary>False for an id that is encoded in another way that means the same: a stored answer would not repeat it octet by octet.</summary>
    public bool IsUsual(OcspCertId id) => id.Der.AsSpan().IndexOf(idsBegin) is > 0 and <= 4;
}

/// <summary>Finds out whose certificates are asked after. Thread-safe.</summary>
internal sealed class OcspIssuers(PublishedAuthorities published, AuthorityConfiguration configuration, TimeProvider time)
{
    private static readonly (string Oid, string Name)[] Hashes = [(ObjectIdentifiers.Sha1, "SHA-1"), (ObjectIdentifiers.Sha256, "SHA-256")];

    private volatile Table _table = new(AuthoritySnapshot.Empty, FrozenDictionary<string, OcspIssuer>.Empty);

    public bool IsAuthority(string name) => published.Current.Find(name) is not null;

    /// <returns>Null unless all ids name the same authority of ours, whose time to sign has come: the next one has issued nothing yet.</returns>
    public OcspIssuer? Find(IReadOnlyList<OcspCertId> ids)
    {
        var issuers = Current().Issuers;
        var first = issuers.GetValueOrDefault(NameOf(ids[0].HashAlgorithm, ids[0].IssuerNameHash, ids[0].IssuerKeyHash));
        return
            ids.Skip(1)
                .All(id =>
                    issuers.GetValueOrDefault(NameOf(id.HashAlgorithm, id.IssuerNameHash, id.IssuerKeyHash))?.Authority == first?.Authority
                ) && !IsNext(first?.Authority)
            ? first
            : null;
    }

    private bool IsNext(AuthorityDefinition? authority) =>
        authority is { ActiveFrom: not null }
        && configuration.Generations.StandingOf(authority, published.Current.Times.PublishedAt, time.GetUtcNow()) == Standing.Next;

    private Table Current()
    {
        var snapshot = published.Current;
        var table = _table;
        return ReferenceEquals(table.Of, snapshot) ? table : _table = Build(snapshot);
    }

    private static Table Build(AuthoritySnapshot snapshot)
    {
        var issuers = new Dictionary<string, OcspIssuer>();
        foreach (var authority in snapshot.Authorities)
        {
            using var certificate = IssuerCertificate.Read(authority.Der);
            using var own = X509CertificateLoader.LoadCertificate(authority.Der);
            var serialNumber = own.SerialNumberBytes.Span.TrimStart((byte)0).ToArray();
            foreach (var (oid, name) in Hashes)
            {
                // Any number: only what stands before it is looked at. A CertID ends with the number's header and its one octet.
                var id = OcspCertIds.Of(certificate, CertificateSerialNumber.FromBytes([1]), oid);
                issuers[NameOf(oid, id.IssuerNameHash, id.IssuerKeyHash)] = new OcspIssuer(
                    authority.Definition,
                    name,
                    id.Der[2..^3],
                    serialNumber
                );
            }
        }

        return new Table(snapshot, issuers.ToFrozenDictionary());
    }

    private static string NameOf(string hash, byte[] nameHash, byte[] keyHash) =>
        $"{hash} {Convert.ToHexString(nameHash)} {Convert.ToHexString(keyHash)}";

    private sealed record Table(AuthoritySnapshot Of, FrozenDictionary<string, OcspIssuer> Issuers);
}
