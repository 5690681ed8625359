using System.Net;
using SigningAuthority.Resolution;

namespace SigningAuthority.Outreach.Http;

/// <summary>
/// Finds the addresses that a name has and that may be called. Names are chosen by providers, so an address in our own
/// network would make this process their messenger (server-side request forgery): public addresses only, unless configured.
/// </summary>
internal sealed class CallableAddresses(Resolver resolver, OutreachSettings settings)
{
    // More than a few servers of one name are not tried.
    private const int Most = 4;

    /// <summary>Addresses of a host: an FQDN, or an IP literal as a webhook's URL may have.</summary>
    /// <exception cref="CallRefusedException">
    /// address-not-public: one of them may not be called, and then none is; a name whose answers mix the two is looking for a way in.
    /// name-not-found, resolver-failed.
    /// </exception>
    public async Task<IReadOnlyList<IPAddress>> FindAsync(string host, CancellationToken cancellation)
    {
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await ResolveAsync(host, cancellation);
        if (addresses.Count == 0)
            throw new CallRefusedException("name-not-found", $"{host} has no address");
        if (addresses.FirstOrDefault(address => !MayBeCalled(address)) is { } forbidden)
            throw new CallRefusedException("address-not-public", $"{host} has the address {forbidden}, which is not public");
        return [.. addresses.Take(Most)];
    }

    public bool MayBeCalled(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return PublicAddresses.IsPublic(plain) || settings.UnsafeAllowedNetworks.Any(network => network.Contains(plain));
    }

    private async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellation)
    {
        if (!DnsName.TryParse(host, out var name))
            throw new CallRefusedException("name-not-found", "the host is no name that DNS knows");
        try
        {
            return await resolver.FindAddressesAsync(name, cancellation);
        }
        catch (ResolverFailedException failure)
        {
            throw new CallRefusedException("resolver-failed", failure.Message);
        }
    }
}
