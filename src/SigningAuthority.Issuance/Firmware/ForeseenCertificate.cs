using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Profiles;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Firmware;

/// <summary>What a request's certificate would be like under one generation, before anything is decided or signed.</summary>
internal static class ForeseenCertificate
{
    // Fixed by code for every certificate of this authority (Certificates/TbsParts).
    private const string Hash = "SHA-256";

    public static ServerCertificate Of(
        CertificationRequest request,
        CertificateProfile profile,
        AuthorityDefinition generation,
        DateTimeOffset now
    )
    {
        var names = request.Subject.Values(NameAttributeTypes.CommonName).ToList();
        var host = names is [var only] && ServerCommonName.TryParse(only, out var name) ? name.Fqdn : null;
        var notBefore = now.AddMinutes(-profile.BackdateMinutes);
        return new ServerCertificate(
            names,
            request.Key.Algorithm,
            request.Key.Bits,
            Hash,
            profile.KeyUsage.Aggregate(X509KeyUsageFlags.None, (flags, bit) => flags | FlagOf(bit)),
            [.. profile.ExtendedKeyUsage.Select(purpose => purpose.Oid())],
            host is not null && CarriesAlternativeName(profile, generation) ? [host.Value] : null,
            notBefore,
            // The issuer's own end may cut it shorter (ToBeSignedCertificate.ValidityOf), which no firmware minds.
            notBefore.AddDays(profile.ValidityDays).AddSeconds(-1)
        );
    }

    /// <summary>
    /// OpenSSL's host check rejects the slash form of the CN unless a SAN says the name; a generation whose firmware refuses
    /// certificates with a SAN goes without.
    /// </summary>
    public static bool CarriesAlternativeName(CertificateProfile profile, AuthorityDefinition generation) =>
        profile.SubjectAlternativeName && generation.DevicesAccept is not { SubjectAlternativeName: AlternativeNameHandling.NotTolerated };

    /// <summary>
    /// The addresses that a certificate of this generation carries: what the profile names, unless the generation's firmware is not known
    /// to stand them. Devices of these generations check neither CRL nor OCSP, so that nothing is lost to them.
    /// </summary>
    public static IReadOnlyList<AddressKind> AddressesOf(CertificateProfile profile, AuthorityDefinition generation) =>
        generation.DevicesAccept is { Addresses: AddressHandling.NotTolerated } ? [] : profile.Addresses;

    private static X509KeyUsageFlags FlagOf(KeyUsageBit bit) =>
        bit == KeyUsageBit.DigitalSignature ? X509KeyUsageFlags.DigitalSignature : X509KeyUsageFlags.KeyEncipherment;
}
