using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Requests;

/// <summary>Turns the places where a public key was seen into the facts that policy decides on.</summary>
internal static class KeyHistories
{
    public static KeyHistory ForProvider(IEnumerable<PublicKeyUse> uses, Guid providerId)
    {
        var known = uses.ToList();
        return new KeyHistory(
            BelongsToAuthority: known.Exists(use => use.Authority is not null),
            CertifiedForDevice: known.Exists(use => use.Kind == RequestKind.Device),
            // A station's and the front door's own key are somebody else's as well.
            CertifiedForAnotherProvider: known.Exists(use =>
                use.Kind is RequestKind.Station or RequestKind.ServiceTls || (use.Kind == RequestKind.ProvisioningServer && use.ProviderId != providerId)));
    }

    /// <param name="uses">Where the key was seen.</param>
    /// <param name="mac">12 upper-case hexadecimal digits; null when what was sent is none. The device's own earlier request is no obstacle.</param>
    public static KeyHistory ForDevice(IEnumerable<PublicKeyUse> uses, string? mac)
    {
        var known = uses.ToList();
        return new KeyHistory(
            BelongsToAuthority: known.Exists(use => use.Authority is not null),
            CertifiedForDevice: known.Exists(use => use.Kind == RequestKind.Device && use.Mac != mac),
            CertifiedForAnotherProvider: known.Exists(use => use.Kind is not null and not RequestKind.Device));
    }
}
