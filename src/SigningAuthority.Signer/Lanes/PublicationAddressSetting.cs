using Microsoft.Extensions.Configuration;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Signer.Lanes;

/// <summary>
/// The setting Publication:Address: where this installation publishes by plain HTTP. Not of ca-config, since it is the installation's and
/// not the authority's: a rehearsal on a copy must not name the addresses of the real one.
/// </summary>
internal static class PublicationAddressSetting
{
    private const string Key = "Publication:Address";

    /// <exception cref="InvalidOperationException">It is set, and is no address that certificates can name.</exception>
    public static PublicationAddresses? From(IConfiguration settings) =>
        settings[Key] is not { Length: > 0 } text ? null
        : PublicationAddresses.TryParse(text, out var addresses, out var defect) ? addresses
        : throw new InvalidOperationException($"{Key}: {defect}");

    /// <summary>Refuses to go on where certificates would be issued without what their profile promises.</summary>
    /// <exception cref="InvalidOperationException">A profile names addresses, a lane issues certificates, and none is set.</exception>
    public static void Require(SignerSettings settings, AuthorityConfiguration configuration)
    {
        var named = configuration.Profiles.Where(profile => profile.Addresses.Count > 0).Select(profile => profile.Id).ToList();
        if (settings.Publication is null && named.Count > 0 && settings.Lanes.Any(lane => lane != Lane.Log))
            throw new InvalidOperationException(
                $"{Key} is not configured (environment: Publication__Address), and these profiles name addresses: {string.Join(", ", named)}. "
                    + "Set it to where the front door's plain HTTP is reached from outside, such as http://pki.example.com, or take "
                    + "\"addresses\" out of the profiles."
            );
    }
}
