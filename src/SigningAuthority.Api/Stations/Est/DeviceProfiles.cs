using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Production;
using SigningAuthority.Issuance.Profiles;

namespace SigningAuthority.Api.Stations.Est;

/// <summary>The profiles that the subjects of an order's units are written, and so are read, by.</summary>
internal sealed class DeviceProfiles(AuthorityConfiguration configuration)
{
    /// <param name="order">Null where the station named none: any product may come.</param>
    /// <returns>At least one, unless no family's devices have certificates.</returns>
    public IReadOnlyList<CertificateProfile> Of(ProductionOrder? order) =>
        order?.Profile is { } named && configuration.FindProfile(named) is { } profile
            ? [profile]
            :
            [
                .. configuration
                    .DeviceFamilies.Where(family => order is null || family.Products.Any(order.CoversProduct))
                    .Select(family => family.DeviceCertificates?.Profile)
                    .OfType<string>()
                    .Distinct()
                    .Select(id => configuration.FindProfile(id)!),
            ];
}
