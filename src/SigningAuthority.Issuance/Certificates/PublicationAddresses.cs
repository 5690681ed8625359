using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Profiles;

namespace SigningAuthority.Issuance.Certificates;

/// <summary>
/// Where this installation publishes what certificates point to. Once a certificate carries an address, it is for the certificate's life.
/// </summary>
/// <param name="Base">http://host[:port][/path], without a query; see <see cref="TryParse"/>.</param>
/// <remarks>
/// Plain HTTP, as RFC 5280 §8 and §4.2.2.1 advise: what is fetched is signed, and a client that must check a certificate before it trusts
/// HTTPS could otherwise need that very answer to fetch it.
/// </remarks>
public sealed record PublicationAddresses(Uri Base)
{
    // Room for an authority's id of 32 characters and a shard's number, so that no address is longer than any known client takes.
    private const int MostCharacters = 128;

    private readonly string _base = Base.AbsoluteUri.TrimEnd('/');

    /// <summary>{Base}/ocsp/{authority}</summary>
    public Uri Ocsp(string authority) => new($"{_base}/ocsp/{authority}");

    /// <summary>{Base}/aia/{authority}.cer: DER, application/pkix-cert (RFC 5280 §4.2.2.1).</summary>
    public Uri CaIssuers(string authority) => new($"{_base}/aia/{authority}.cer");

    /// <summary>The CRL that answers for a certificate: {Base}/crl/{authority}.crl, or for a shard {Base}/crl/{authority}/{shard}.crl.</summary>
    /// <param name="authority">Id of the issuer.</param>
    /// <param name="shard">0 for the complete list; from 1 for a part of it.</param>
    public Uri Crl(string authority, int shard)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        return new(
            shard == 0
                ? $"{_base}/crl/{authority}.crl"
                : string.Create(CultureInfo.InvariantCulture, $"{_base}/crl/{authority}/{shard}.crl")
        );
    }

    /// <summary>{Base}/crl/client-bundle.pem: the complete lists of all client roots, PEM, as providers' servers want them.</summary>
    public Uri ClientLists => new($"{_base}/crl/client-bundle.pem");

    /// <summary>{Base}/crl/{authority}.delta.crl: what freshestCRL of a complete CRL names.</summary>
    public Uri DeltaCrl(string authority) => new($"{_base}/crl/{authority}.delta.crl");

    /// <summary>The addresses that a planned certificate carries.</summary>
    /// <param name="plan">Says which kinds.</param>
    /// <param name="shard">Of the certificate; matters where it names a CRL.</param>
    public CertificatePoints PointsOf(CertificatePlan plan, int shard) =>
        new(
            plan.Points.Contains(AddressKind.Ocsp) ? Ocsp(plan.Authority.Id) : null,
            plan.Points.Contains(AddressKind.CaIssuers) ? CaIssuers(plan.Authority.Id) : null,
            plan.Points.Contains(AddressKind.Crl) ? Crl(plan.Authority.Id, shard) : null
        );

    /// <summary>All that this authority has: for a certificate of another authority, which is on its complete list alone.</summary>
    public CertificatePoints PointsOf(string authority) => new(Ocsp(authority), CaIssuers(authority), Crl(authority, 0));

    /// <param name="text">"http://pki.example.com", "http://pki.example.com:8080/pki".</param>
    /// <param name="addresses">Set when true is returned.</param>
    /// <param name="defect">What is wrong with the text, when false is returned.</param>
    public static bool TryParse(
        string? text,
        [NotNullWhen(true)] out PublicationAddresses? addresses,
        [NotNullWhen(false)] out string? defect
    )
    {
        addresses = null;
        defect =
            !Uri.TryCreate(text, UriKind.Absolute, out var uri) ? $"'{text}' is no address like http://pki.example.com."
            : uri.Scheme != Uri.UriSchemeHttp ? $"'{text}' is not plain HTTP (RFC 5280 §8); what is published there is signed."
            : uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0
                ? $"'{text}' has more than a host, a port and a path."
            : !uri.AbsoluteUri.All(char.IsAscii) || uri.AbsoluteUri.Length > MostCharacters
                ? $"'{text}' is not ASCII, or longer than {MostCharacters} characters."
            : null;
        if (defect is not null)
            return false;
        addresses = new PublicationAddresses(uri!);
        return true;
    }
}

/// <summary>The addresses that one certificate carries; null for those it goes without.</summary>
/// <param name="Ocsp">RFC 5280 §4.2.2.1, id-ad-ocsp.</param>
/// <param name="CaIssuers">RFC 5280 §4.2.2.1, id-ad-caIssuers.</param>
/// <param name="Crl">RFC 5280 §4.2.1.13: a distribution point's fullName.</param>
public sealed record CertificatePoints(Uri? Ocsp, Uri? CaIssuers, Uri? Crl)
{
    /// <summary>No addresses at all.</summary>
    public static CertificatePoints None { get; } = new(null, null, null);
}
